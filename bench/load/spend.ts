/** What a stranger sends who wants a server to waste its memory and time; each with the bytes it costs him. Knows only bytes. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { deflateSync } from "node:zlib";
import { classicTalks, InfoKind, infoBlock, message, theader } from "../torture/greed/talks/classic.ts";
import { Ids, openRequest, request, rocketTalk, streamRequest } from "../torture/greed/talks/rocket.ts";
import { type Ask, NUMBERS, SMALL } from "../torture/greed/talks/talk.ts";

interface Waste {
  readonly connections: number;
  /** Sent on each, once. */
  readonly bytes: Buffer;
  /** What it costs is told for a connection, not for a byte. */
  readonly perConnection?: true;
}

const frame = (message: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
};
const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
/** A call in compact, of `name`, with these arguments. */
const call = (name: string, args: Buffer): Buffer =>
  frame(Buffer.concat([Buffer.from([0x82, 0x21, 1]), text(name), args]));

const MIB = 2 ** 20;
const zeros = deflateSync(Buffer.alloc(15 * MIB), { level: 9 });

/** THeader around zlib: magic, flags, seqid, header words; compact, one transform, zlib, padding. */
const inflating: Buffer = frame(Buffer.concat([Buffer.from("0fff000000000001000102010100", "hex"), zeros]));

const repeated = (bytes: Buffer, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes));

const zlibTalk = classicTalks.zlib();
const rocketHello = rocketTalk().hello;

/** A call of `hold`, whose handler takes no heed of being cancelled. */
const HOLD: Ask = { method: "hold", args: Buffer.from("0800010000000100", "hex") };

function cancelledCalls(count: number): Buffer {
  const ids = new Ids();
  const one = request(HOLD);
  const parts = Array.from({ length: count / 50 }, () => [ids.give(one, 50), ids.cancel(50)]);
  return Buffer.concat([rocketHello, ...parts.flat()]);
}

const manyHeaders = theader(
  message(SMALL),
  infoBlock(InfoKind.ofOneCall, 120, (i) => `${i}${"x".repeat(500)}`),
);

/** By what people call it. */
export const WASTES: Readonly<Record<string, Waste>> = {
  "says nothing": { connections: 5_000, bytes: Buffer.alloc(0), perConnection: true },
  "half a frame of 15 MB": {
    connections: 8,
    bytes: Buffer.concat([Buffer.from("00f00000", "hex"), Buffer.alloc(7 * MIB, 0x82)]),
  },
  "the head of a frame of 15 MB": {
    connections: 1_000,
    bytes: Buffer.from("00f0000082210101", "hex"),
    perConnection: true,
  },
  "HTTP headers without an end": {
    connections: 500,
    bytes: Buffer.from(`POST / HTTP/1.1\r\n${"x-header: 1\r\n".repeat(500)}`),
  },
  "calls of unknown methods": { connections: 4, bytes: repeated(call("nope", Buffer.from([0])), 50_000) },
  "calls that are answered": {
    connections: 4,
    bytes: repeated(call("text", Buffer.concat([Buffer.from([0x18]), text("hi"), Buffer.from([0])])), 50_000),
  },
  "arguments nested too deep": {
    connections: 4,
    bytes: repeated(call("text", Buffer.concat([Buffer.from([0x2c]), Buffer.alloc(1_000, 0x1c)])), 1_000),
  },
  "what inflates a thousandfold": { connections: 4, bytes: repeated(inflating, 10) },
  "a zlib stream with one call": {
    connections: 500,
    bytes: Buffer.concat([zlibTalk.hello, zlibTalk.calls(SMALL, 1)]),
    perConnection: true,
  },
  "headers of 60 KB with each call": { connections: 4, bytes: repeated(manyHeaders, 100) },
  "Rocket messages of which one fragment comes": {
    connections: 4,
    bytes: Buffer.concat([
      rocketHello,
      new Ids().give(openRequest({ method: "bytes", args: Buffer.alloc(60_000, 7) }), 100),
    ]),
  },
  "Rocket streams that are never read": {
    connections: 4,
    bytes: Buffer.concat([rocketHello, new Ids().give(streamRequest(NUMBERS, 2), 4_000)]),
  },
  "Rocket calls that are cancelled and run on": { connections: 4, bytes: cancelledCalls(5_000) },
};

/** Sends it and leaves the connections open. Resolves, when the server has had time for it, to the bytes that were sent. */
export async function waste(port: number, kind: string, kept: Socket[]): Promise<number> {
  const { connections, bytes } = WASTES[kind]!;
  for (let i = 0; i < connections; i += 200) {
    await Promise.all(Array.from({ length: Math.min(200, connections - i) }, () => sendOn(port, bytes, kept)));
  }
  return connections * bytes.length;
}

async function sendOn(port: number, bytes: Buffer, kept: Socket[]): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => socket.destroy()).resume();
  kept.push(socket);
  await once(socket, "connect");
  if (bytes.length > 0)
    await new Promise<void>((resolve) => void socket.once("close", resolve).write(bytes, () => resolve()));
}
