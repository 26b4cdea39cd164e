/** In which asynchronous context a server runs what its users wrote. */
import { AsyncLocalStorage } from "node:async_hooks";
import t from "tap";
import type { Interceptor } from "../../../lib/call/interceptor.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { Implementation } from "../../../lib/server/registry.ts";
import { type ServeOptions, type Server, serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { Counters, type CountersMethods, Tally } from "../../helpers/counters.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams, type StreamsMethods } from "../../helpers/streams.ts";

const als = new AsyncLocalStorage<string>();
const found = (): string => als.getStore() ?? "nothing";
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const start = (handlers: Partial<Implementation<StreamsMethods>>, options: ServeOptions = {}): Promise<Server> =>
  serve(
    [tcp.listen(0, { host: "127.0.0.1" }), udp.listen(0)],
    (r) => r.add(Streams, { ...streamHandlers(new Seen()), ...handlers }),
    options,
  );

/** Says what it finds, and enters what it is given. */
const enters: Partial<Implementation<StreamsMethods>> = {
  echo: (text) => {
    const before = found();
    als.enterWith(text);
    return before;
  },
};
const entersLater: Partial<Implementation<StreamsMethods>> = {
  async echo(text) {
    const before = found();
    als.enterWith(text);
    await pause();
    return `${before}, then ${found()}`;
  },
};

for (const protocol of ["rocket", "framed", "unframed", "header", "http", "udp"] as const)
  t.test(`${protocol}: what one handler enters, the next does not find`, async (t) => {
    const server = await start(enters);
    const later = await start(entersLater);
    const where = (one: Server): string => one.addresses[protocol === "udp" ? 1 : 0] as string;
    const channels = [server, later].map((one) => connect(where(one), protocol === "udp" ? {} : { protocol }));
    const [client, laterClient] = channels.map((channel) => createClient(Streams, channel));
    const names = ["alice", "bob", "carol", "dave"];
    t.same(
      await Promise.all(names.map((name) => client?.echo(name))),
      names.map(() => "nothing"),
      "at once",
    );
    t.equal(await client?.echo("erin"), "nothing", "in a chunk of its own");
    t.same(
      await Promise.all(names.map((name) => laterClient?.echo(name))),
      names.map((name) => `nothing, then ${name}`),
    );
    await Promise.all(channels.map((channel) => channel.close()));
    await Promise.all([server.close(), later.close()]);
  });

for (const protocol of ["rocket", "framed"] as const)
  t.test(
    `${protocol}: a call that waited for its turn does not run in the context of the one that made room`,
    async (t) => {
      const server = await start(entersLater, { maxRunningCalls: 1 });
      const channel = connect(server.address, { protocol });
      const client = createClient(Streams, channel);
      const names = ["alice", "bob", "carol"];
      t.same(
        await Promise.all(names.map((name) => client.echo(name))),
        names.map((name) => `nothing, then ${name}`),
      );
      await channel.close();
      await server.close();
    },
  );

const as42: Interceptor = (next) => (call) => als.run("42", () => next(call));

/** Each source says what it finds: before it is asked again, after it has waited, and when it is given up. */
const sources: Partial<Implementation<StreamsMethods>> = {
  echo: () => found(),
  async *upper(items: AsyncIterable<string>) {
    for await (const _ of items) {
      yield found();
      await pause();
      yield found();
    }
  },
  opened: (text) => ({
    response: `${text} ${found()}`,
    stream: {
      *[Symbol.iterator]() {
        yield found();
        yield found();
      },
    },
  }),
  chat: async (text) => {
    await pause();
    return { response: `${text} ${found()}`, stream: says() };
  },
} as Partial<Implementation<StreamsMethods>>;

async function* says(): AsyncGenerator<string> {
  yield found();
  await pause();
  yield found();
}

t.test("a generator runs in the context in which its handler was called", async (t) => {
  const ends: string[] = [];
  const server = await start(
    {
      ...sources,
      async *countTo() {
        try {
          for (;;) yield found() === "42" ? 42 : 0;
        } finally {
          ends.push(found());
        }
      },
    },
    { interceptors: [as42] },
  );
  const channel = connect(server.address);
  const client = createClient(Streams, channel);
  t.equal(await client.echo("unary"), "42");
  const seen = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
    const items: unknown[] = [];
    for await (const item of stream) {
      items.push(item);
      if (items.length === 5) break;
    }
    return items;
  };
  t.same(await seen(client.countTo(1)), [42, 42, 42, 42, 42]);
  const opened = client.opened("sync");
  t.equal(await opened.response, "sync 42");
  t.same(await seen(opened), ["42", "42"]);
  t.same(await seen(client.upper(["a", "b"])), ["42", "42", "42", "42"]);
  const chat = client.chat("async", []);
  t.equal(await chat.response, "async 42");
  t.same(await seen(chat), ["42", "42"]);
  await channel.close();
  await server.close();
  t.same(ends, ["42"], "it ends there too");
});

t.test("a generator finds what its handler entered, and not what another stream did", async (t) => {
  const server = await start({
    blobs(count) {
      const before = found();
      als.enterWith(`stream ${count}`);
      return (async function* () {
        yield Buffer.from(before);
        await pause();
        yield Buffer.from(found());
      })();
    },
  });
  const channel = connect(server.address);
  const client = createClient(Streams, channel);
  const both = [1, 2].map(async (count) => {
    const items: string[] = [];
    for await (const item of client.blobs(count, 0)) items.push(item.toString());
    return items;
  });
  t.same(await Promise.all(both), [
    ["nothing", "stream 1"],
    ["nothing", "stream 2"],
  ]);
  await channel.close();
  await server.close();
});

t.test("handlers and onError find what was there when the server was made, and nothing of their callers", async (t) => {
  const told: string[] = [];
  const handlers: Partial<Implementation<StreamsMethods>> = {
    async echo(text) {
      if (text === "fail") {
        als.enterWith("failed");
        await pause();
        throw new Error("x");
      }
      return found();
    },
  };
  const server = await als.run("served", () => start(handlers, { onError: () => told.push(found()) }));
  for (const protocol of ["rocket", "framed"] as const) {
    const channel = connect(server.address, { protocol });
    const client = createClient(Streams, channel);
    t.equal(await als.run("client", () => client.echo("x")), "served");
    await t.rejects(client.echo("fail"), { code: "APP_ERROR" });
    await channel.close();
  }
  t.same(told, ["served", "served"]);
  await server.close();
});

t.test("makers, methods and streams of interactions have contexts of their own", async (t) => {
  const seen: string[] = [];
  const tally = (count: number): Tally => {
    seen.push(found());
    als.enterWith(`tally ${count}`);
    return new Tally(count, () => void seen.push(`end ${found()}`));
  };
  const handlers: Implementation<CountersMethods> = {
    open: (amount) => tally(amount),
    resume: (amount) => ({ response: "", interaction: tally(amount) }),
    ping() {},
    createCounter: () => tally(1),
  };
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.add(Counters, handlers));
  const channel = connect(server.address);
  const counters = createClient(Counters, channel);
  const [a, b] = await Promise.all([counters.open(1), counters.open(2)]);
  await Promise.all([a.client.add(1), b.client.add(1)]);
  await channel.close();
  await server.close();
  t.same(seen.slice(0, 2), ["nothing", "nothing"]);
  t.same(seen.slice(2), ["end nothing", "end nothing"]);
});
