/** AsyncLocalStorage: a caller's functions run in the context of his call, and what the runtime keeps runs in nobody's. */
import { AsyncLocalStorage } from "node:async_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { CallHeaders } from "../../../lib/framing/call-headers.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { eventually, rocketWorld, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const als = new AsyncLocalStorage<{ readonly name: string }>();
const named = (name: string): { readonly name: string } => ({ name });
const store = (): string => als.getStore()?.name ?? "none";

for (const protocol of ["rocket", "header", "http"] as const) {
  t.test(`${protocol}: onHeaders runs in the context of its own call`, async (t) => {
    const server = await serve(tcp.listen(0), (r) => r.add(Streams, streamHandlers(new Seen())));
    const channel = connect(server.address, { protocol });
    const client = createClient(Streams, channel);
    const seen = new Map<string, string>();
    const call = (name: string): Promise<string> =>
      als.run(named(name), () =>
        client.echo("x", {
          headers: { user: name },
          onHeaders: (headers) => seen.set(headers.get("user") ?? "", store()),
        }),
      );
    // The first opens the connection; those after it wait for it, or go out together.
    await Promise.all([call("A"), call("B"), call("C")]);
    await Promise.all([call("D"), call("E")]);
    t.same(
      [...seen],
      [..."ABCDE"].map((name) => [name, name]),
    );
    await channel.close();
    await server.close();
  });

  t.test(`${protocol}: onHeaders that throws fails its own call, and nothing else`, async (t) => {
    const server = await serve(tcp.listen(0), (r) => r.add(Streams, streamHandlers(new Seen())));
    const channel = connect(server.address, { protocol });
    const client = createClient(Streams, channel);
    const boom = new Error("boom");
    const headers = { a: "b" };
    const onHeaders = (): never => {
      throw boom;
    };
    const late = (async () => {
      throw boom;
    }) as unknown as (headers: CallHeaders) => void;
    const outcomes = await Promise.all([
      client.echo("before"),
      client.echo("x", { headers, onHeaders }).catch((error: unknown) => error),
      client.echo("async", { headers, onHeaders: late }),
      client.echo("after"),
    ]);
    t.same(outcomes, ["before", boom, "async", "after"]);
    t.equal(await client.echo("on"), "on");
    await channel.close();
    await server.close();
  });
}

t.test("a stream whose onHeaders throws fails, and is ended at the server", async (t) => {
  const world = rocketWorld({
    handlers: {
      async *countTo(_last, ctx) {
        ctx.setReplyHeader("a", "b");
        yield* [1, 2, 3];
      },
      async opened(text, ctx) {
        ctx.setReplyHeader("a", "b");
        return { response: text, stream: [...text] };
      },
    },
  });
  const boom = new Error("boom");
  const onHeaders = (): never => {
    throw boom;
  };
  const stream = world.client.opened("x", { onHeaders });
  await t.rejects(stream.response, boom);
  await t.rejects(stream[Symbol.asyncIterator]().next(), boom);
  t.equal(await world.client.echo("on"), "on");
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("a generator that is sent runs in the context of its own call", async (t) => {
  const world = rocketWorld();
  const seen: string[] = [];
  const items = async function* (name: string): AsyncGenerator<string> {
    try {
      for (const text of ["a", "b"]) {
        seen.push(`${name} ${store()}`);
        yield text;
      }
    } finally {
      seen.push(`${name} ${store()}`);
    }
  };
  const talk = (name: string): Promise<string[]> =>
    als.run(named(name), async () => {
      const got: string[] = [];
      for await (const text of world.client.upper(items(name))) got.push(`${text} ${store()}`);
      return got;
    });
  t.same(await Promise.all([talk("A"), talk("B")]), [
    ["A A", "B A"],
    ["A B", "B B"],
  ]);
  t.same(seen.sort(), ["A A", "A A", "A A", "B B", "B B", "B B"]);
  await world.close();
});

t.test("a connection keeps the store of no caller alive, whoever opened it or wrote on it", async (t) => {
  for (const protocol of ["rocket", "framed", "header", "http"] as const) {
    const server = await serve(tcp.listen(0), (r) => r.add(Streams, streamHandlers(new Seen())));
    const channel = connect(server.address, { protocol });
    const client = createClient(Streams, channel);
    const callers: WeakRef<object>[] = [];
    const callAs = async (name: string): Promise<void> => {
      const caller = named(name);
      callers.push(new WeakRef(caller));
      await als.run(caller, () => client.echo(name, { timeoutMs: 20_000 - callers.length }));
    };
    await callAs("opens");
    await callAs("writes");
    await Promise.all([callAs("a"), callAs("b")]);
    // Node itself remembers whoever came last.
    await client.echo("nobody");
    await eventually(() => {
      collect();
      return callers.every((caller) => caller.deref() === undefined);
    }, 50);
    t.same(
      callers.map((caller) => caller.deref()),
      callers.map(() => undefined),
      protocol,
    );
    await channel.close();
    await server.close();
  }
});
