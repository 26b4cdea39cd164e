/** Arguments are read when the call is made, whether it can be written at once or has to wait. */
import fc from "fast-check";
import t from "tap";
import { ClientCall } from "../../../lib/call/client-call.ts";
import { keepArguments } from "../../../lib/call/kept-arguments.ts";
import { methodCodec } from "../../../lib/codec/method-codec.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import type { Method } from "../../../lib/schema/service.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { Scene } from "../../helpers/datagram-scene.ts";
import { rocketWorld } from "../../helpers/rocket-world.ts";
import { world } from "../../helpers/virtual-service.ts";

for (const protocol of ["framed", "header", "rocket", "auto"] as const) {
  t.test(`${protocol}: what a caller changes behind the call is not sent`, async (t) => {
    const { platform, up, connect } = world();
    await up();
    const { calc, channel } = connect({ protocol });
    for (const when of ["before there is a connection", "on one that has rested", "at once"]) {
      const work = { dividend: 84, divisor: 2 };
      const bytes = Buffer.from("as it was");
      const calls = [calc.divide(work), calc.blob(bytes)] as const;
      work.dividend = 0;
      work.divisor = 0;
      bytes.fill(0);
      const [quotient, blob] = await platform.clock.until(Promise.all(calls));
      t.equal(quotient, 42, when);
      t.equal(blob.toString(), "as it was", when);
      if (when === "before there is a connection") await platform.clock.advance(1_000);
    }
    await platform.clock.until(channel.close());
  });

  t.test(`${protocol}: an argument that does not fit is told at once, before there is a connection`, async (t) => {
    const { platform, connect } = world();
    platform.weather.silentDial = true;
    const { calc } = connect({ protocol });
    const waiting = calc.echo("waits", { timeoutMs: 100 }).catch(({ code }: { code: string }) => code);
    const getter = Object.defineProperty({ divisor: 1 }, "dividend", {
      enumerable: true,
      get() {
        throw new Error("boom");
      },
    });
    for (const work of [{ dividend: "84", divisor: 2 }, null, 5, getter]) {
      const call = calc.divide(work as never);
      await t.rejects(call, { name: "EncodeError", code: "INVALID_ARGUMENT", delivery: "unsent", method: "divide" });
    }
    t.equal(await platform.clock.until(waiting), "DEADLINE");
  });
}

t.test("UDP: what is sent again is what was sent", async (t) => {
  const scene = new Scene();
  await scene.serve();
  let lost = 1;
  scene.world.onDeliver = (bytes, _from, to) => (to.port === 9_000 && lost-- > 0 ? undefined : bytes);
  const call = scene.counter.echo(7);
  t.equal(await scene.after(5_000, call), 7);
});

t.test("a copy says in every protocol what the arguments said", async (t) => {
  const method = Calculator.methods.get("divide") as Method;
  const origin = { peer: "nowhere", now: () => 0 };
  const work = fc.record({ dividend: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), divisor: fc.nat() });
  fc.assert(
    fc.property(work, (work) => {
      const call = new ClientCall(method, method.nameBytes, [work], undefined, 0, 1, origin);
      if (!keepArguments(call) || call.args[0] === work) return false;
      return [binary, compact, compactFb].every((protocol) => {
        const [given, kept] = [[work], call.args].map((args) => {
          const w = new ByteWriter();
          methodCodec(method, protocol).writeArgs(w, args);
          return w.view(0);
        });
        return given?.equals(kept as Buffer) === true;
      });
    }),
  );
});

t.test("a getter among the arguments may make calls, abort its own, and close the channel", async (t) => {
  const { platform, up, connect } = world();
  await up();
  for (const protocol of ["framed", "header", "http", "rocket"] as const) {
    const { calc, channel } = connect({ protocol });
    await platform.clock.until(calc.echo("warm"));
    const inner: Promise<unknown>[] = [];
    const controller = new AbortController();
    const working = (act: () => void): { dividend: number; divisor: number } =>
      Object.defineProperty({ divisor: 2 } as { dividend: number; divisor: number }, "dividend", {
        enumerable: true,
        get() {
          act();
          return 84;
        },
      });
    const nested = calc.divide(working(() => void inner.push(calc.echo("inner"))));
    t.equal(await platform.clock.until(nested), 42, protocol);
    t.ok(inner.length > 0);
    for (const answer of await platform.clock.until(Promise.all(inner))) t.equal(answer, "inner", protocol);
    const aborted = calc.divide(
      working(() => controller.abort()),
      { signal: controller.signal },
    );
    await t.rejects(platform.clock.until(aborted), { code: "CANCELLED" }, protocol);
    t.equal(await platform.clock.until(calc.echo("on")), "on", protocol);
    const closing = calc.divide(working(() => void channel.close())).catch((error: { code: string }) => error.code);
    t.equal(await platform.clock.until(closing), "CLOSED", protocol);
  }
});

t.test("a getter among a sink's items may cancel other streams and make calls", async (t) => {
  const { client, leftovers, close } = rocketWorld();
  const other = client.countTo(1_000_000);
  await other.response;
  const calls: Promise<unknown>[] = [];
  const items = {
    *[Symbol.iterator]() {
      for (const i of [1, 2]) {
        calls.push(client.echo(`${i}`));
        other.cancel();
        yield i;
      }
    },
  };
  t.equal(await client.add(items), 3n);
  t.same(await Promise.all(calls), ["1", "2"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.equal(leftovers(), 0);
  await close();
});
