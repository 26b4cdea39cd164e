/** What a client makes of odd replies: a server that is scripted byte by byte. */
import t, { type Test } from "tap";
import type { Channel } from "../../../../lib/client/channel.ts";
import { type Client, createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { nodePlatform } from "../../../../lib/platform/node.ts";
import { memory } from "../../../../lib/transport/memory.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { Calculator, type CalculatorMethods, DivideByZero } from "../../../helpers/calculator.ts";
import { binaryMessage, frame } from "../../../helpers/raw-client.ts";

const REPLY = 2;
const EXCEPTION = 3;
const work = { dividend: 84, divisor: 2 };
const hex32 = (n: number): string => (n >>> 0).toString(16).padStart(8, "0");
const result = (n: number): string => `080000 ${hex32(n)} 00`;
const text = (words: string, type: number): string =>
  `0b0001 ${hex32(words.length)} ${Buffer.from(words).toString("hex")} 080002 ${hex32(type)} 00`;

interface Scripted {
  readonly channel: Channel;
  readonly calc: Client<CalculatorMethods>;
  /** Connections that were made. */
  readonly connections: Transport[];
}

/** A server that answers the n-th call it reads, whose seqid it is given, with what `script` says. */
async function open(
  t: Test,
  script: (seqid: number, n: number, transport: Transport) => readonly Buffer[],
): Promise<Scripted> {
  const link = memory();
  const connections: Transport[] = [];
  let calls = 0;
  await link.listener.listen(
    nodePlatform,
    (transport) => {
      connections.push(transport);
      let bytes = Buffer.alloc(0);
      transport.start({
        onData(chunk) {
          bytes = Buffer.concat([bytes, chunk]);
          while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
            const message = bytes.subarray(4, 4 + bytes.readInt32BE(0));
            bytes = bytes.subarray(4 + message.length);
            const seqid = message.readInt32BE(8 + message.readInt32BE(4));
            for (const reply of script(seqid, calls++, transport)) transport.write(reply);
          }
        },
        onDrain: () => undefined,
        onEnd: () => transport.end(),
        onClose: () => undefined,
      });
    },
    t.error,
  );
  const channel = connect(link.dialer, { protocol: "framed", encoding: "binary", timeoutMs: 2_000 });
  t.teardown(() => channel.close());
  return { channel, calc: createClient(Calculator, channel), connections };
}

const reply = (seqid: number, struct: string, type = REPLY, name = "divide"): Buffer =>
  frame(binaryMessage(name, type, seqid, struct));

t.test("every number of an application exception becomes a code, and unknown ones are kept", async (t) => {
  const codes: [number, string][] = [
    [0, "APP_ERROR"],
    [1, "UNKNOWN_METHOD"],
    [2, "WRONG_KIND"],
    [3, "BAD_SEQUENCE"],
    [4, "BAD_SEQUENCE"],
    [5, "MISSING_RESULT"],
    [6, "APP_ERROR"],
    [7, "PROTOCOL_ERROR"],
    [8, "BAD_TRANSFORM"],
    [9, "UNSUPPORTED"],
    [10, "UNSUPPORTED"],
    [11, "OVERLOADED"],
    [12, "DEADLINE"],
    [15, "CANCELLED"],
    [16, "OVERLOADED"],
    [99, "APP_ERROR"],
    [-1, "APP_ERROR"],
  ];
  const { calc } = await open(t, (seqid, n) => [reply(seqid, text("words", codes[n]?.[0] ?? 0), EXCEPTION)]);
  for (const [applicationType, code] of codes) {
    const error = await calc.divide(work).catch((error: unknown) => error);
    t.match(error, {
      name: "ApplicationError",
      code,
      applicationType,
      message: "words",
      method: "divide",
      peer: "memory",
    });
  }
});

t.test("an application exception without fields is one all the same", async (t) => {
  const { calc } = await open(t, (seqid) => [reply(seqid, "00", EXCEPTION)]);
  await t.rejects(calc.divide(work), {
    code: "APP_ERROR",
    message: "application exception of type 0",
    delivery: "answered",
  });
});

t.test(
  "an answer that no call waits for, and none ever did, ends the connection at once and says what came",
  async (t) => {
    const foreign: [string, (seqid: number) => number][] = [
      ["of another turn", (seqid) => seqid ^ 0x10000],
      ["zero", () => 0],
      ["negative", (seqid) => -seqid],
      ["beyond all", (seqid) => seqid + 1_000],
    ];
    for (const [what, seqidOf] of foreign) {
      const { calc, connections } = await open(t, (seqid, n) => [reply(n === 0 ? seqidOf(seqid) : seqid, result(1))]);
      const calls = await Promise.all([1, 2].map(() => calc.divide(work).catch((error: unknown) => error)));
      t.match(calls[0], { code: "BAD_SEQUENCE", delivery: "unknown", message: /answer "divide" with seqid/ }, what);
      t.ok(calls[1] === 1 || (calls[1] as { code: string }).code === "BAD_SEQUENCE", what);
      t.equal(await calc.divide(work), 1, what);
      t.equal(connections.length, 2, what);
    }
  },
);

t.test("an answer that comes twice is one that nobody waits for", async (t) => {
  const { calc, connections } = await open(t, (seqid) => [
    Buffer.concat([reply(seqid, result(1)), reply(seqid, result(2))]),
  ]);
  t.equal(await calc.divide(work), 1);
  t.equal(await calc.divide(work), 1);
  t.equal(connections.length, 2);
});

t.test("the late answer of a call that was given up is dropped quietly", async (t) => {
  let late = 0;
  const { calc, connections } = await open(t, (seqid, n) => {
    if (n === 0) late = seqid;
    return n === 0 ? [] : [...(n === 1 ? [reply(late, result(1))] : []), reply(seqid, result(n))];
  });
  const controller = new AbortController();
  const first = calc.divide(work, { signal: controller.signal });
  // Once it is written.
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await t.rejects(first, { code: "CANCELLED", delivery: "unknown" });
  t.equal(await calc.divide(work), 1);
  t.equal(await calc.divide(work), 2);
  t.equal(connections.length, 1);
});

t.test("a reply that is named for another method fails its call with BAD_SEQUENCE, and no other", async (t) => {
  const names = ["echo", "", "divid", "divide2", "xdivide", "Calculator:echo", "Calculator.divide"];
  const { calc, connections } = await open(t, (seqid, n) => [
    reply(seqid, result(n), REPLY, n % 2 === 0 ? names[n / 2] : "divide"),
  ]);
  for (const [i, name] of names.entries()) {
    const [wrong, right] = await Promise.all([calc.divide(work).catch((error: unknown) => error), calc.divide(work)]);
    t.match(wrong, { code: "BAD_SEQUENCE", delivery: "unknown", method: "divide" }, name);
    t.match((wrong as Error).message, new RegExp(`answered by "${name}" with seqid \\d+`));
    t.equal(right, 2 * i + 1, name);
  }
  t.equal(connections.length, 1);
});

t.test("multiplexed calls are answered by either name", async (t) => {
  const names = ["divide", "Calculator:divide", "Other:divide"];
  const { channel } = await open(t, (seqid, n) => [reply(seqid, result(n), REPLY, names[n])]);
  const calc = createClient(Calculator, channel, { multiplexed: true });
  for (const i of names.keys()) t.equal(await calc.divide(work), i);
});

t.test("an exception without a name is its call's, whatever the server could read of it", async (t) => {
  const { calc } = await open(t, (seqid) => [reply(seqid, text("words", 7), EXCEPTION, "")]);
  await t.rejects(calc.divide(work), { code: "PROTOCOL_ERROR", delivery: "answered" });
});

t.test("bad bytes in one reply fail that call, and no other", async (t) => {
  const { calc, connections } = await open(t, (seqid, n) => [
    reply(seqid, n === 0 ? "0b0000 7fffffff 00" : result(42)),
  ]);
  const calls = [calc.divide(work).catch((error: unknown) => error), calc.divide(work)];
  const [broken, fine] = await Promise.all(calls);
  t.match(broken, { name: "DecodeError", phase: "decode", delivery: "answered", safeToRetry: false });
  t.equal(fine, 42);
  t.equal(connections.length, 1);
});

t.test("a reply without a result, of no type that a reply has, or with a result of another type", async (t) => {
  const { calc } = await open(t, (seqid, n) => [
    n === 0 ? reply(seqid, "00") : n === 1 ? reply(seqid, result(1), 1) : reply(seqid, "0b0000 00000001 61 00"),
  ]);
  await t.rejects(calc.divide(work), { code: "MISSING_RESULT", delivery: "answered" });
  await t.rejects(calc.divide(work), { code: "WRONG_KIND", message: "reply of message type 1" });
  await t.rejects(calc.divide(work), { code: "MISSING_RESULT" });
});

t.test(
  "a declared exception, unknown fields beside a result, and another name are taken as they are meant",
  async (t) => {
    const { calc } = await open(t, (seqid, n) => [
      n === 0
        ? reply(seqid, "0c0001 0b0001 00000004 7a65726f 00 00")
        : n === 1
          ? reply(seqid, `0b0063 00000001 61 ${result(42)}`)
          : reply(seqid, result(43), REPLY, "Calculator:divide"),
    ]);
    const error = await calc.divide(work).catch((error: unknown) => error);
    t.ok(error instanceof DivideByZero);
    t.match(error, { message: "zero" });
    t.equal(await calc.divide(work), 42);
    t.equal(await calc.divide(work), 43);
  },
);

t.test("a stream that is no Thrift any more ends the connection; the next call gets another", async (t) => {
  const { calc, connections } = await open(t, (seqid, n) => [
    n === 0 ? Buffer.from("ffffffff", "hex") : n === 1 ? frame("00112233445566778899") : reply(seqid, result(42)),
  ]);
  await t.rejects(calc.divide(work), {
    name: "ConnectionError",
    code: "CONNECTION_LOST",
    delivery: "unknown",
    message: /frame of -1 bytes/,
  });
  await t.rejects(calc.divide(work), { code: "CONNECTION_LOST" });
  t.equal(await calc.divide(work), 42);
  t.equal(connections.length, 3);
});

t.test("a server that ends its side ends the calls that wait", async (t) => {
  const { calc } = await open(t, (_seqid, _n, transport) => {
    transport.end();
    return [];
  });
  await t.rejects(calc.divide(work), { code: "CONNECTION_LOST", delivery: "unknown", message: /peer closed it/ });
});

t.test("an exception in answer to a oneway call reaches nobody", async (t) => {
  const { calc, connections } = await open(t, (seqid, n) => [
    n === 0 ? reply(seqid, text("no such method", 1), EXCEPTION, "log") : reply(seqid, result(42)),
  ]);
  t.equal(await calc.log("x"), undefined);
  t.equal(await calc.divide(work), 42);
  t.equal(connections.length, 1);
});
