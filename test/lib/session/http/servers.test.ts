/** What an HTTP client makes of the servers there are: those that close after every answer, and those that answer no oneway call. */
import t, { type Test } from "tap";
import type { Client } from "../../../../lib/client/client.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import type { CalculatorMethods } from "../../../helpers/calculator.ts";
import { binaryMessage } from "../../../helpers/raw-client.ts";
import type { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { PORT, world } from "../../../helpers/virtual-service.ts";

interface Scripted {
  readonly platform: VirtualPlatform;
  readonly calc: Client<CalculatorMethods>;
  /** The lines that `log` brought, in their order. */
  readonly lines: string[];
}

/** Answers what `echo` was asked; `log` is noted and never answered. */
type Script = (transport: Transport, message: Buffer) => void;

/** A client of a server that gives each `echo` to `script`. */
async function open(t: Test, script: Script): Promise<Scripted> {
  const { platform, connect } = world();
  const lines: string[] = [];
  await tcp.listen(PORT).listen(platform, (transport) => listen(transport, script, lines), t.error);
  const { channel, calc } = connect({ protocol: "http", encoding: "binary" });
  t.teardown(() => platform.clock.until(channel.close()));
  return { platform, calc, lines };
}

function listen(transport: Transport, script: Script, lines: string[]): void {
  let bytes = Buffer.alloc(0);
  transport.start({
    onData(chunk) {
      bytes = Buffer.concat([bytes, chunk]);
      for (let message = takeRequest(); message !== undefined; message = takeRequest()) {
        if (message.includes("log")) lines.push(textOf(message));
        else script(transport, message);
      }
    },
    onDrain: () => undefined,
    onEnd: () => transport.end(),
    onClose: () => undefined,
  });
  const takeRequest = (): Buffer | undefined => {
    const head = bytes.indexOf("\r\n\r\n") + 4;
    const length = Number(/Content-Length: (\d+)/.exec(bytes.toString("latin1", 0, head))?.[1] ?? Number.NaN);
    if (head < 4 || !(bytes.length >= head + length)) return undefined;
    const message = bytes.subarray(head, head + length);
    bytes = bytes.subarray(head + length);
    return message;
  };
}

/** The one argument of `echo` and of `log`. */
function textOf(message: Buffer): string {
  const arguments_ = 12 + message.readInt32BE(4);
  return message.toString("utf8", arguments_ + 7, message.length - 1);
}

function replyTo(message: Buffer): Buffer {
  const text = Buffer.from(textOf(message));
  const length = text.length.toString(16).padStart(8, "0");
  const seqid = message.readInt32BE(8 + message.readInt32BE(4));
  return binaryMessage("echo", 2, seqid, `0b0000 ${length} ${text.toString("hex")} 00`);
}

/** Answers with `head` before the length, and closes if `closes`. */
const answering =
  (head: string, closes: boolean): Script =>
  (transport, message) => {
    const body = replyTo(message);
    transport.write(Buffer.concat([Buffer.from(`${head}\r\nContent-Length: ${body.length}\r\n\r\n`), body]));
    if (closes) transport.end();
  };

for (const head of [
  "HTTP/1.0 200 OK",
  "HTTP/1.1 200 OK\r\nConnection: close",
  "HTTP/1.1 200 OK\r\nConnection: x , Close",
]) {
  for (const closes of [true, false]) {
    t.test(
      `${JSON.stringify(head)}: a connection for each call${closes ? "" : ", though the server does not close it first"}`,
      async (t) => {
        const { platform, calc } = await open(t, answering(head, closes));
        const texts = ["a", "b", "c", "d"];
        t.same(await platform.clock.until(Promise.all(texts.map((text) => calc.echo(text)))), texts);
        await platform.clock.advance(60_000);
        t.equal(platform.dials.length, 4, "and nobody waits for a fifth");
        t.same(
          platform.sockets.filter((socket) => !socket.destroyed),
          [],
        );
        t.equal(await platform.clock.until(calc.echo("e")), "e");
      },
    );
  }
}

for (const head of ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive", "HTTP/1.1 200 OK"]) {
  t.test(`${JSON.stringify(head)}: the connection is kept`, async (t) => {
    const { platform, calc } = await open(t, answering(head, false));
    t.same(await platform.clock.until(Promise.all([calc.echo("a"), calc.echo("b")])), ["a", "b"]);
    t.equal(platform.dials.length, 1);
  });
}

t.test("an answer without a length lasts as long as its connection", async (t) => {
  const { platform, calc } = await open(t, (transport, message) => {
    const body = replyTo(message);
    transport.write(Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), body.subarray(0, 9)]));
    platform.clock.start(10, () => {
      transport.write(body.subarray(9));
      transport.end();
    });
  });
  t.same(await platform.clock.until(Promise.all([calc.echo("a"), calc.echo("b")])), ["a", "b"]);
  t.equal(platform.dials.length, 2);
});

t.test("an answer without a message fails its call, and no other", async (t) => {
  const { platform, calc } = await open(t, (transport, message) => {
    if (textOf(message) === "b") answering("HTTP/1.1 200 OK", false)(transport, message);
    else transport.write(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  });
  const [a, b] = await platform.clock.until(Promise.allSettled([calc.echo("a"), calc.echo("b")]));
  t.match(a, { reason: { code: "PROTOCOL_ERROR", message: /without a message/ } });
  t.match(b, { value: "b" });
});

t.test("oneway calls that the server never answers hold up those behind them for half a second", async (t) => {
  const { platform, calc, lines } = await open(t, answering("HTTP/1.1 200 OK", false));
  const began = platform.now();
  const calls = Promise.all([calc.log("one"), calc.log("two"), calc.echo("three"), calc.echo("four")]);
  t.same(await platform.clock.until(calls), [undefined, undefined, "three", "four"]);
  t.same(lines, ["one", "two"]);
  t.equal(platform.dials.length, 3);
  const ms = platform.now() - began;
  t.ok(ms >= 1_000 && ms < 1_100, `${ms} ms`);
  t.equal(await platform.clock.until(calc.echo("five")), "five", "on the connection that was kept");
  t.equal(platform.dials.length, 3);
});

t.test("a oneway call that is never answered costs the next call nothing but its connection", async (t) => {
  const { platform, calc, lines } = await open(t, answering("HTTP/1.1 200 OK", false));
  await platform.clock.until(calc.log("one"));
  await platform.clock.advance(5_000);
  t.same(lines, ["one"]);
  t.equal(platform.clock.pending, 0);
  const began = platform.now();
  t.equal(await platform.clock.until(calc.echo("two")), "two");
  t.ok(platform.now() - began < 20, "there is no back-off");
  t.equal(platform.dials.length, 2);
});
