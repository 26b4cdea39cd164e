/**
 * The path of a call in steps, each with all that comes before it on its side, for batches of 64 small calls: the difference of
 * two rows is the cost of a step. Knows no clock.
 */
import { methodCodec } from "../../lib/codec/index.ts";
import { EARLY_FLUSH_FRAMES } from "../../lib/connection/connection.ts";
import { framed } from "../../lib/framing/framed.ts";
import { compact } from "../../lib/protocol/compact.ts";
import { withDefaultLimits } from "../../lib/protocol/limits.ts";
import type { MessageHead } from "../../lib/protocol/protocol.ts";
import { MessageType } from "../../lib/protocol/types.ts";
import { NameTable } from "../../lib/server/name-table.ts";
import { ByteReader } from "../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../lib/wire/byte-writer.ts";
import { smallMessages } from "../rpc/echo.ts";
import { callFrames } from "../rpc/frames.ts";
import { echoService, handClient, handServer } from "./in-process.ts";

/** Works off one batch of `BATCH` calls; what it does later, in promises, is over when the event loop has turned. */
export type Step = () => void;

export const BATCH: number = EARLY_FLUSH_FRAMES;

export const steps: ReadonlyMap<string, () => Step | Promise<Step>> = new Map<string, () => Step | Promise<Step>>([
  ["server: cut frames", () => cutting(() => {})],
  ["server: and read head, find method", () => cutting(headReader())],
  ["server: and read arguments", () => cutting(argumentReader())],
  ["server: whole, handler answers at once", () => serving("sync")],
  ["server: whole, handler is async", () => serving("async")],
  ["client: write call", callWriter],
  ["client: whole, call and reply", calling],
]);

type OnMessage = (buf: Buffer, start: number, end: number) => void;

function cutting(onMessage: OnMessage): Step {
  const chunk = Buffer.concat(callFrames("small", BATCH));
  const onFrame = (buf: Buffer, start: number, end: number): boolean => {
    onMessage(buf, start, end);
    return true;
  };
  const reader = framed.createReader({ onFrame }, compact, withDefaultLimits({}));
  return () => reader.push(chunk);
}

const newHead = (): MessageHead => ({ type: 0, seqid: 0, nameBuf: Buffer.alloc(0), nameStart: 0, nameEnd: 0 });

const echoMethod = echoService.methods.get("echo")!;

function headReader(reader: ByteReader = new ByteReader()): OnMessage {
  const head = newHead();
  const table = new NameTable(new Map([...echoService.methods.values()].map((method) => [method.name, method])));
  return (buf, start, end) => {
    reader.reset(buf, start, end);
    compact.readMessageBegin(reader, head);
    if (table.find(head.nameBuf, head.nameStart, head.nameEnd) !== echoMethod) throw new Error("not the method");
  };
}

function argumentReader(): OnMessage {
  const reader = new ByteReader();
  const readHead = headReader(reader);
  return (buf, start, end) => {
    readHead(buf, start, end);
    methodCodec(echoMethod, compact).readArgs(reader);
  };
}

async function serving(how: "sync" | "async"): Promise<Step> {
  const chunk = Buffer.concat(callFrames("small", BATCH));
  const events = await handServer(how);
  return () => events.onData(chunk);
}

function callWriter(): Step {
  const w = new ByteWriter(1 << 16);
  const messages = smallMessages(BigInt);
  return () => {
    w.pos = 0;
    for (let i = 0; i < BATCH; i++) {
      const start = framed.beginFrame(w);
      compact.writeMessageBegin(w, echoMethod.nameBytes, MessageType.CALL, i);
      methodCodec(echoMethod, compact).writeArgs(w, [messages[i]]);
      framed.endFrame(w, start);
    }
  };
}

/** Replies to the first batch, once made by our server, serve for every batch: the seqids are the same in turn. */
async function calling(): Promise<Step> {
  const { echo, transport } = handClient();
  const messages = smallMessages(BigInt);
  let last = 0;
  const issue = (): void => {
    for (let i = 0; i < BATCH; i++) void echo(messages[i]!).then((message) => (last += message.flags));
  };
  issue();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return () => {
    const calls = transport.written;
    transport.written = [];
    for (const bytes of calls) transport.events!.onData(repliesTo(bytes));
    issue();
  };
}

const HEADER_BYTES = 4;

/** What an echo answers: the same frames as replies, the argument's field as the result's. Costs less than a tenth of the client's work. */
function repliesTo(calls: Buffer): Buffer {
  const out = Buffer.allocUnsafe(calls.length + BATCH);
  let to = 0;
  for (let from = 0; from < calls.length; ) {
    const length = calls.readUInt32BE(from);
    const name = from + nameOffset(calls, from);
    const fields = name + 1 + calls[name]!;
    out.writeUInt32BE(length + 1, to);
    calls.copy(out, to + HEADER_BYTES, from + HEADER_BYTES, fields);
    out[to + HEADER_BYTES + 1] = (MessageType.REPLY << 5) | 1;
    to += fields - from;
    // Field 1 of the arguments, 0x1c, is field 0 of the result, which has no short form.
    out[to++] = 0x0c;
    out[to++] = 0x00;
    to += calls.copy(out, to, fields + 1, from + HEADER_BYTES + length);
    from += HEADER_BYTES + length;
  }
  return out.subarray(0, to);
}

/** Behind protocol, type and seqid, which is a varint. */
function nameOffset(calls: Buffer, from: number): number {
  let at = HEADER_BYTES + 2;
  while (calls[from + at++]! > 127);
  return at;
}
