/** Headers that handlers set for their answers: what cannot travel fails the call that sets it, and nothing else. */
import t from "tap";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import type { ThriftError } from "../../../../lib/errors/errors.ts";
import type { CallHeaders } from "../../../../lib/framing/call-headers.ts";
import { serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Stop, Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

type Set = (ctx: HandlerContext) => void;
const set = (name: unknown, value: unknown): Set => {
  return (ctx) => ctx.setReplyHeader(name as string, value as string);
};
const many =
  (count: number, bytes: number): Set =>
  (ctx) => {
    for (let i = 0; i < count; i++) ctx.setReplyHeader(`h${i}`, "x".repeat(bytes));
  };

const REFUSED: Readonly<Record<string, Set>> = {
  "a value that is undefined": set("a", undefined),
  "a value that is a number": set("a", 1),
  "a value that cannot be read": set("a", new Proxy({}, { get: () => t.fail("read") })),
  "a name that is no text": set(Symbol("a"), "x"),
  "a name with a blank": set("a b", "x"),
  "no name": set("", "x"),
  "a line end": set("a", "x\r\nb: y"),
  "a NUL": set("a", "\0"),
  "a lone surrogate": set("a", "\ud800"),
  "a value of more than 32 KiB": set("a", "x".repeat(32_769)),
  "more than 65,432 bytes in all": many(3, 32_000),
  "more than 1,000": many(1_001, 1),
};

for (const protocol of ["header", "http", "rocket"] as const)
  for (const how of ["at once", "later"] as const)
    t.test(`${protocol}: what cannot travel fails its call, ${how}`, async (t) => {
      const platform = new VirtualPlatform();
      const { clock } = platform;
      const errors: unknown[] = [];
      let setting: Set = () => {};
      let thrown: unknown;
      const act = (text: string, ctx: HandlerContext): string => {
        if (text !== "odd") return text;
        try {
          setting(ctx);
        } catch (error) {
          thrown = error;
          throw error;
        }
        return text;
      };
      const server = await serve(
        tcp.listen(9090),
        (r) =>
          r.add(Streams, {
            ...streamHandlers(new Seen(), platform),
            echo: how === "at once" ? act : async (text, ctx) => act(text, await Promise.resolve(ctx)),
          }),
        { platform, onError: (error) => errors.push(error) },
      );
      const channel = connect(tcp("x", 9090), { platform, protocol });
      const client = createClient(Streams, channel);
      for (const [name, refused] of Object.entries(REFUSED)) {
        setting = refused;
        thrown = undefined;
        const code = client.echo("odd").catch((error: ThriftError) => error.code);
        t.equal(await clock.until(code), "APP_ERROR", name);
        t.match(thrown, { code: "INVALID_ARGUMENT" }, name);
        t.equal(errors.pop(), thrown, name);
        t.equal(await clock.until(client.echo("next")), "next", name);
      }
      t.equal(platform.dials.length, 1);
      await clock.until(Promise.all([channel.close(), server.close()]));
    });

t.test("a header that is set again counts once, and its last value travels", async (t) => {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const server = await serve(
    tcp.listen(9090),
    (r) =>
      r.add(Streams, {
        ...streamHandlers(new Seen(), platform),
        echo(text, ctx) {
          for (let i = 0; i < 2_000; i++) ctx.setReplyHeader("a", `${i}${"x".repeat(10_000)}`);
          ctx.setReplyHeader("a", "last");
          if (text === "stop") throw new Stop({ message: "stopped", at: 1 });
          return text;
        },
      }),
    { platform },
  );
  for (const protocol of ["header", "http", "rocket"] as const) {
    const channel = connect(tcp("x", 9090), { platform, protocol });
    const client = createClient(Streams, channel);
    const came: CallHeaders[] = [];
    const onHeaders = (headers: CallHeaders): void => void came.push(headers);
    t.equal(await clock.until(client.echo("x", { onHeaders })), "x", protocol);
    await t.rejects(clock.until(client.echo("stop", { onHeaders })), Stop, protocol);
    t.same(
      came.map((headers) => headers.get("a")),
      ["last", "last"],
      protocol,
    );
    await clock.until(channel.close());
  }
  await clock.until(server.close());
});

t.test(
  "a header that is set when the answer is on its way is refused, on every protocol that carries any",
  async (t) => {
    const platform = new VirtualPlatform();
    const { clock } = platform;
    let late: HandlerContext | undefined;
    const server = await serve(
      tcp.listen(9090),
      (r) =>
        r.add(Streams, {
          ...streamHandlers(new Seen(), platform),
          echo(text, ctx) {
            late = ctx;
            return text;
          },
        }),
      { platform },
    );
    for (const protocol of ["header", "http", "rocket"] as const) {
      const channel = connect(tcp("x", 9090), { platform, protocol });
      t.equal(await clock.until(createClient(Streams, channel).echo("x")), "x");
      t.throws(() => late?.setReplyHeader("a", "x"), { code: "INVALID_ARGUMENT", message: /already on its way/ });
      await clock.until(channel.close());
    }
    await clock.until(server.close());
  },
);
