/** THeader and TTHeader as peers really write them: which number, which protocol and which headers belong to which answer. */
import t, { type Test } from "tap";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import type { ReplyOrder } from "../../../../lib/call/dispatcher.ts";
import type { Channel } from "../../../../lib/client/channel.ts";
import { type Client, createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../../lib/client/connect-options.ts";
import {
  closeHeader,
  type HeaderFrame,
  type HeaderOptions,
  openHeader,
  readHeader,
} from "../../../../lib/framing/header/theader.ts";
import { closeTTHeader, openTTHeader, readTTHeader } from "../../../../lib/framing/header/ttheader.ts";
import { nodePlatform } from "../../../../lib/platform/node.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../../lib/protocol/compact.ts";
import type { Protocol } from "../../../../lib/protocol/protocol.ts";
import { serve } from "../../../../lib/server/server.ts";
import { memory } from "../../../../lib/transport/memory.ts";
import { ByteReader } from "../../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { Calculator, type CalculatorMethods, calculatorHandlers } from "../../../helpers/calculator-scene.ts";
import { frame, RawClient } from "../../../helpers/raw-client.ts";

const CALL = 1;
const REPLY = 2;
const EXCEPTION = 3;
const PROTOCOLS: Readonly<Record<string, readonly [Protocol, number]>> = {
  binary: [binary, 0],
  compact: [compact, 2],
  "compact-fb": [compactFb, 2],
};

/** A message whose struct has one string, in field `id`. */
function message(protocol: Protocol, name: string, type: number, seqid: number, id: number, text: string): Buffer {
  const w = new ByteWriter();
  protocol.writeMessageBegin(w, Buffer.from(name), type, seqid);
  protocol.encoding.writeStructBegin(w);
  protocol.encoding.writeFieldBegin(w, 11, id, 0);
  protocol.encoding.writeString(w, text);
  protocol.encoding.writeFieldEnd(w);
  protocol.encoding.writeStructEnd(w);
  protocol.writeMessageEnd(w);
  return Buffer.from(w.view(0));
}

function header(body: Buffer, options: HeaderOptions): Buffer {
  const w = new ByteWriter();
  const start = openHeader(w, options);
  w.reserve(body.length).set(body, w.pos);
  w.pos += body.length;
  closeHeader(w, start, options.transforms);
  return Buffer.from(w.view(0));
}

interface Answer extends HeaderFrame {
  readonly name: string;
  readonly type: number;
  /** That of the message. */
  readonly messageSeqid: number;
}

function answerIn(bytes: Buffer, protocol: Protocol): Answer {
  const frame = readHeader(bytes, 0, bytes.length, 1 << 20);
  const head = { type: 0, seqid: 0, nameBuf: bytes, nameStart: 0, nameEnd: 0 };
  const reader = new ByteReader();
  reader.reset(frame.payload, 0, frame.payload.length);
  protocol.readMessageBegin(reader, head);
  const name = head.nameBuf.toString("utf8", head.nameStart, head.nameEnd);
  return { ...frame, name, type: head.type, messageSeqid: head.seqid };
}

interface Scene {
  readonly raw: RawClient;
  readonly contexts: HandlerContext[];
  readonly errors: unknown[];
}

async function scene(t: Test, replyOrder: ReplyOrder = "auto"): Promise<Scene> {
  const link = memory();
  const contexts: HandlerContext[] = [];
  const errors: unknown[] = [];
  const server = await serve(link.listener, (r) => r.add(Calculator, calculatorHandlers(contexts)), {
    replyOrder,
    maxFrameBytes: 1 << 20,
    onError: (error) => errors.push(error),
  });
  t.teardown(() => server.close());
  const raw = await RawClient.dial(link);
  t.teardown(() => raw.destroy());
  return { raw, contexts, errors };
}

const next = async (raw: RawClient, protocol: Protocol = binary): Promise<Answer> =>
  answerIn((await raw.frame()) ?? Buffer.alloc(0), protocol);

const echo = (frameSeqid: number, seqid: number, text = "x", name = "echo"): Buffer =>
  header(message(binary, name, CALL, seqid, 1, text), { seqid: frameSeqid, protocolId: 0 });

for (const [frameSeqid, seqid] of [
  [5, 0],
  [0, 5],
  [5, 5],
  [7, 3],
  [-1, 2 ** 31 - 1],
] as const) {
  t.test(
    `an answer repeats the frame's number ${frameSeqid} and the message's ${seqid}, each in its place`,
    async (t) => {
      const { raw } = await scene(t);
      raw.send(echo(frameSeqid, seqid), echo(frameSeqid, seqid, "x", "none"), echo(frameSeqid, seqid, "fail"));
      raw.send(
        header(Buffer.concat([message(binary, "echo", CALL, seqid, 2, "")]), { seqid: frameSeqid, protocolId: 0 }),
      );
      const twoNumbers = { seqid: frameSeqid, messageSeqid: seqid };
      t.match(await next(raw), { ...twoNumbers, type: REPLY });
      t.match(await next(raw), { ...twoNumbers, type: EXCEPTION, name: "none" });
      t.match(await next(raw), { ...twoNumbers, type: EXCEPTION, name: "echo" });
      t.match(await next(raw), twoNumbers);
    },
  );
}

t.test("arguments that cannot be read are refused with both numbers", async (t) => {
  const { raw } = await scene(t);
  const broken = message(binary, "echo", CALL, 0, 1, "four").subarray(0, -3);
  raw.send(header(broken, { seqid: 9, protocolId: 0 }));
  t.match(await next(raw), { seqid: 9, messageSeqid: 0, type: EXCEPTION });
});

t.test(
  "calls are told apart by their frames' numbers where messages have none: answers leave as they come",
  async (t) => {
    const { raw } = await scene(t);
    raw.send(echo(1, 0, "slow"), echo(2, 0, "quick"));
    t.match(await next(raw), { seqid: 2 });
    raw.send(echo(3, 0, "release"));
    t.same([(await next(raw)).seqid, (await next(raw)).seqid].sort(), [1, 3]);
  },
);

t.test("answers leave in order once two calls have the same numbers, or where the server was told so", async (t) => {
  const same = await scene(t);
  same.raw.send(echo(1, 0, "slow"), echo(1, 0, "quick"));
  same.raw.send(echo(2, 0, "release"));
  t.same(
    [(await next(same.raw)).payload.includes("slow"), (await next(same.raw)).payload.includes("quick")],
    [true, true],
  );
  const ordered = await scene(t, "ordered");
  ordered.raw.send(echo(1, 0, "slow"), echo(2, 0, "quick"), echo(3, 0, "release"));
  t.same(
    [(await next(ordered.raw)).seqid, (await next(ordered.raw)).seqid, (await next(ordered.raw)).seqid],
    [1, 2, 3],
  );
});

t.test("answers TTHeader with both numbers too", async (t) => {
  const { raw } = await scene(t);
  const w = new ByteWriter();
  const start = openTTHeader(w, { seqid: 77 });
  const body = message(binary, "echo", CALL, 3, 1, "x");
  w.reserve(body.length).set(body, w.pos);
  w.pos += body.length;
  closeTTHeader(w, start);
  raw.send(Buffer.from(w.view(0)));
  const bytes = (await raw.frame()) as Buffer;
  const frame = readTTHeader(bytes, 0, bytes.length);
  t.equal(frame.seqid, 77);
  t.equal(frame.payload.readInt32BE(12), 3);
});

t.test("each frame may be in another protocol, and each answer is in the one that its header names", async (t) => {
  const { raw } = await scene(t);
  for (const name of ["compact", "binary", "compact-fb", "compact", "binary"]) {
    const [protocol, protocolId] = PROTOCOLS[name] as readonly [Protocol, number];
    raw.send(header(message(protocol, "echo", CALL, 4, 1, "x"), { seqid: 4, protocolId }));
    t.match(await next(raw, protocol), { protocolId, messageSeqid: 4, type: REPLY }, name);
    raw.send(header(message(protocol, "none", CALL, 4, 1, "x"), { seqid: 4, protocolId }));
    t.match(await next(raw, protocol), { protocolId, messageSeqid: 4, type: EXCEPTION }, name);
  }
});

t.test(
  "an answer that comes late is in the protocol that its header names, whatever the client has written since",
  async (t) => {
    const { raw } = await scene(t);
    raw.send(header(message(compact, "echo", CALL, 1, 1, "slow"), { seqid: 1, protocolId: 2 }), echo(2, 2, "release"));
    for (let i = 0; i < 2; i++) {
      const answer = (await raw.frame()) as Buffer;
      const { protocolId } = readHeader(answer, 0, answer.length, 1 << 20);
      t.equal(answerIn(answer, protocolId === 0 ? binary : compact).type, REPLY);
    }
  },
);

t.test("a protocol id that nobody speaks ends its connection", async (t) => {
  const { raw } = await scene(t);
  raw.send(header(message(binary, "echo", CALL, 1, 1, "x"), { seqid: 1, protocolId: 1 }));
  await raw.untilEnd();
  t.equal(raw.received.length, 0);
});

t.test("persistent headers reach all later calls of their connection, and no other's", async (t) => {
  const { raw, contexts } = await scene(t);
  const persistent = Buffer.from("000000000fff0000000000010004" + "0000" + "0201016101620101016301640000", "hex");
  const body = message(binary, "echo", CALL, 1, 1, "x");
  const first = Buffer.concat([persistent, body]);
  first.writeUInt32BE(first.length - 4, 0);
  raw.send(first, echo(2, 2), header(body, { seqid: 3, protocolId: 0, headers: new Map([["a", "own"]]) }));
  for (let i = 0; i < 3; i++) await next(raw);
  t.same(
    contexts.map((context) => Object.fromEntries(context.headers)),
    [{ a: "b", c: "d" }, { a: "b" }, { a: "own" }],
  );
  const other = await scene(t);
  other.raw.send(echo(1, 1));
  await next(other.raw);
  t.same([...(other.contexts[0] as HandlerContext).headers], []);
});

t.test("persistent headers above their limit end the connection", async (t) => {
  const { raw } = await scene(t);
  const headers = Buffer.concat(Array.from({ length: 300 }, (_, i) => Buffer.from(`\x03${`${i}`.padStart(3, "0")}\0`)));
  const info = Buffer.concat([Buffer.from([0, 0, 2, (300 & 127) | 128, 300 >> 7]), headers]);
  const padded = Buffer.concat([info, Buffer.alloc((4 - (info.length % 4)) % 4)]);
  const fixed = Buffer.from("000000000fff0000000000010000", "hex");
  fixed.writeUInt16BE(padded.length / 4, 12);
  const all = Buffer.concat([fixed, padded, message(binary, "echo", CALL, 1, 1, "x")]);
  all.writeUInt32BE(all.length - 4, 0);
  raw.send(all);
  await raw.untilEnd();
  t.equal(raw.received.length, 0);
});

/** A server that answers each call that it reads with what `script` makes of its seqid. */
async function scripted(
  t: Test,
  script: (seqid: number) => Buffer,
  options: ConnectOptions = {},
): Promise<{ channel: Channel; calc: Client<CalculatorMethods> }> {
  const link = memory();
  await link.listener.listen(
    nodePlatform,
    (transport) =>
      transport.start({
        onData: (chunk) => void transport.write(script(chunk.readInt32BE(8))),
        onDrain: () => undefined,
        onEnd: () => transport.end(),
        onClose: () => undefined,
      }),
    t.error,
  );
  const channel = connect(link.dialer, { protocol: "header", ...options });
  t.teardown(() => channel.close());
  return { channel, calc: createClient(Calculator, channel) };
}

t.test("a client takes the answer of a server that numbers frames, messages, or both", async (t) => {
  for (const numbers of [
    (seqid: number) => [seqid, 0],
    (seqid: number) => [0, seqid],
    (seqid: number) => [seqid, seqid],
    (seqid: number) => [seqid + 1, seqid],
  ]) {
    const { calc } = await scripted(
      t,
      (seqid) => {
        const [inFrame, inMessage] = numbers(seqid) as [number, number];
        return header(message(compact, "echo", REPLY, inMessage, 0, "yo"), { seqid: inFrame, protocolId: 2 });
      },
      { encoding: "compact" },
    );
    t.equal(await calc.echo("x"), "yo");
    t.equal(await calc.echo("x"), "yo");
  }
});

t.test("a client reads each answer in the protocol that its header names", async (t) => {
  for (const encoding of ["binary", "compact", "compact-fb"] as const) {
    let turn = 0;
    const names = Object.keys(PROTOCOLS);
    const { calc } = await scripted(
      t,
      (seqid) => {
        const [protocol, protocolId] = PROTOCOLS[names[turn++ % names.length] as string] as readonly [Protocol, number];
        const fails = turn > names.length;
        return header(message(protocol, "echo", fails ? EXCEPTION : REPLY, seqid, fails ? 1 : 0, "yo"), {
          seqid,
          protocolId,
        });
      },
      { encoding },
    );
    for (const _ of names) t.equal(await calc.echo("x"), "yo", encoding);
    for (const _ of names) await t.rejects(calc.echo("x"), { name: "ApplicationError", message: /yo/ }, encoding);
  }
});

t.test("an answer of Apache's C++ server, binary to a compact call, is read", async (t) => {
  const { calc } = await scripted(
    t,
    (seqid) => {
      const bytes = Buffer.from(
        "0000001f0fff0000000000000001" + "00000000" + "80010002" + "00000004" + "70696e67" + "0000000000",
        "hex",
      );
      bytes.writeInt32BE(seqid, 8);
      bytes.writeInt32BE(seqid, bytes.length - 5);
      return bytes;
    },
    { encoding: "compact" },
  );
  t.equal(await calc.ping(), undefined);
});

t.test("a protocol that nobody speaks is named", async (t) => {
  const { calc } = await scripted(t, (seqid) =>
    header(message(binary, "echo", REPLY, seqid, 0, "yo"), { seqid, protocolId: 5 }),
  );
  await t.rejects(calc.echo("x"), { message: /header protocol 5/ });
});

t.test("THeader within Apache's zlib transport, both ways", async (t) => {
  const link = memory();
  const server = await serve(link.listener, (r) => r.add(Calculator, calculatorHandlers([])));
  for (const encoding of ["binary", "compact"] as const) {
    const channel = connect(link.dialer, { protocol: "header", zlib: true, encoding });
    const calc = createClient(Calculator, channel);
    let got: string | undefined;
    const options = { headers: { a: "b" }, onHeaders: (all: ReadonlyMap<string, string>) => (got = all.get("a")) };
    t.equal(await calc.echo("x", options), "x");
    t.equal(got, "b");
    await channel.close();
  }
  await server.close();
});

t.test("THeader carries no JSON, and says so at once", async (t) => {
  for (const protocol of ["header", "header-http"] as const)
    t.throws(() => connect("127.0.0.1:1", { protocol, encoding: "json" }), { code: "CONFIGURATION" });
});

t.test("THeader within frames, however it is split: answered in kind", async (t) => {
  const calls = [echo(5, 0), echo(6, 0, "x", "none")].map((bytes) => frame(bytes));
  const bytes = Buffer.concat(calls);
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const { raw } = await scene(t);
    raw.send(bytes.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    raw.send(bytes.subarray(cut));
    for (const seqid of [5, 6]) {
      const outer = (await raw.frame()) as Buffer;
      t.equal(outer.readUInt32BE(0), outer.length - 4);
      t.match(answerIn(outer.subarray(4), binary), { seqid, messageSeqid: 0 });
    }
  }
  const { raw } = await scene(t);
  raw.send(frame(echo(5, 0)), frame(Buffer.concat([echo(5, 0), echo(5, 0)])));
  await raw.untilEnd();
  t.match(answerIn(((await raw.frame()) as Buffer).subarray(4), binary), { seqid: 5 });
  t.equal(raw.received.length, 0, "a frame that holds two of them is refused");
});
