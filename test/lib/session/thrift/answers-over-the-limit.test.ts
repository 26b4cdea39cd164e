/** Answers that are larger than a message may be: they cost their own call, and the text says how large they were. */
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../../lib/client/connect-options.ts";
import type { Implementation } from "../../../../lib/server/registry.ts";
import { serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Stop, Streams, type StreamsMethods } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

const LIMIT = 100_000;
const large = (bytes = LIMIT + 1): string => "x".repeat(bytes);

async function world(handlers: Partial<Implementation<StreamsMethods>>, options: ConnectOptions = {}) {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const told: unknown[] = [];
  const server = await serve(
    tcp.listen(9090),
    (r) => r.add(Streams, { ...streamHandlers(new Seen(), platform), ...handlers }),
    { platform, maxFrameBytes: LIMIT, onError: (error) => told.push(error) },
  );
  const channel = connect(tcp("x", 9090), { platform, maxFrameBytes: LIMIT, ...options });
  const client = createClient(Streams, channel);
  const close = async (): Promise<void> => {
    await clock.until(Promise.all([channel.close(), server.close()]));
  };
  return { platform, clock, told, client, close, until: <T>(promise: Promise<T>) => clock.until(promise) };
}

/** What a handler may answer that is too much, and whether it is the runtime that says how much. */
const ANSWERS: Readonly<Record<string, Implementation<StreamsMethods>["echo"]>> = {
  "a result": () => large(),
  "a result that came later": async () => large(),
  "a result that is less than the limit, but not with what stands around it": () => large(LIMIT - 4),
  "a declared exception": () => {
    throw new Stop({ message: large(), at: 1 });
  },
  "a result beside headers": (_text, ctx) => {
    ctx.setReplyHeader("a", large(8_000));
    return large(LIMIT - 4_000);
  },
};

for (const protocol of ["rocket", "framed", "header", "http"] as const)
  t.test(`${protocol}: an answer above the limit fails its call, and says its size and the limit`, async (t) => {
    for (const [name, answer] of Object.entries(ANSWERS)) {
      if (name.includes("headers") && protocol === "framed") continue;
      await t.test(name, async (t) => {
        const { platform, until, told, client, close } = await world(
          { echo: (text, ctx) => (text === "odd" ? answer(text, ctx) : text) },
          { protocol },
        );
        const beside = protocol === "http" ? undefined : client.wait(200);
        await t.rejects(until(client.echo("odd")), {
          code: protocol === "rocket" ? "RESPONSE_TOO_BIG" : "APP_ERROR",
          delivery: "answered",
          message: /reply of \d{5,} bytes, limit 100000/,
        });
        t.match(told, [{ code: "RESPONSE_TOO_BIG", message: /reply of \d{5,} bytes, limit 100000/ }]);
        if (beside !== undefined) t.equal(await until(beside), "waited");
        t.equal(await until(client.echo("next")), "next");
        t.equal(platform.dials.length, 1);
        await close();
      });
    }
  });

t.test("one that just fits arrives, whatever stands around it", async (t) => {
  for (const protocol of ["rocket", "framed"] as const)
    for (const bytes of [LIMIT - 200, LIMIT - 100, LIMIT - 60]) {
      const { until, told, client, close } = await world({ echo: () => large(bytes) }, { protocol });
      t.equal((await until(client.echo("x"))).length, bytes, `${protocol} ${bytes}`);
      t.same(told, []);
      await close();
    }
});

t.test("an undeclared error whose headers alone are too much costs its call, and no connection", async (t) => {
  const { platform, until, told, client, close } = await world({
    echo(text, ctx) {
      if (text !== "odd") return text;
      for (let i = 0; i < 4; i++) ctx.setReplyHeader(`h${i}`, large(16_000));
      throw new Error("secret");
    },
  });
  const small = connect(tcp("x", 9090), { platform, maxFrameBytes: LIMIT });
  await t.rejects(until(client.echo("odd")), { code: "APP_ERROR" });
  t.match(told, [{ message: "secret" }]);
  t.equal(await until(client.echo("next")), "next");
  await until(small.close());
  await close();
});

t.test("rocket: so does a first response, and a final one", async (t) => {
  const { platform, until, told, client, close } = await world({
    opened: () => ({ response: large(), stream: [] }),
    async add() {
      throw new Stop({ message: large(), at: 1 });
    },
  });
  await t.rejects(until(client.opened("x").response), { code: "RESPONSE_TOO_BIG" });
  await t.rejects(until(Promise.resolve(client.add([1]))), { code: "RESPONSE_TOO_BIG" });
  t.match(told, [{ code: "RESPONSE_TOO_BIG" }, { code: "RESPONSE_TOO_BIG" }]);
  t.equal(await until(client.echo("next")), "next");
  t.equal(platform.dials.length, 1);
  await close();
});

const SOURCES: Readonly<Record<string, () => AsyncIterable<string>>> = {
  async *"an item"() {
    yield "first";
    yield large();
  },
  async *"a declared exception"() {
    yield "first";
    throw new Stop({ message: large(), at: 1 });
  },
};

for (const [name, source] of Object.entries(SOURCES))
  t.test(
    `rocket: ${name} of a stream above the limit ends the stream behind those before it, and no more`,
    async (t) => {
      const { platform, until, told, client, close } = await world({ upper: () => source() });
      const items: string[] = [];
      const read = async (): Promise<void> => {
        for await (const item of client.upper([])) items.push(item);
      };
      await t.rejects(until(read()), { code: "RESPONSE_TOO_BIG", message: /item of \d{6} bytes, limit 100000/ });
      t.same(items, ["first"]);
      t.match(told, [{ code: "RESPONSE_TOO_BIG" }]);
      t.equal(await until(client.echo("next")), "next");
      t.equal(platform.dials.length, 1);
      await close();
    },
  );

t.test("an error of that code that a handler passes on from elsewhere is none of ours", async (t) => {
  const { until, client, close } = await world({
    async echo(text) {
      return text === "odd" ? client.blob(Buffer.alloc(10)).then(() => text) : text;
    },
    blob: () => Buffer.alloc(LIMIT + 1),
  });
  await t.rejects(until(client.echo("odd")), { code: "APP_ERROR", message: "internal error in 'echo'" });
  await close();
});
