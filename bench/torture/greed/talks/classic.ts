/**
 * Classic Thrift in binary, as a greedy client writes it: a message, and what each transport puts around it.
 *
 *     message    80 01 00 01 | length:4 name | seqid:4 | arguments
 *     framed     length:4 | message
 *     header     length:4 | 0fff | flags:2 | seqid:4 | words:2 | protocol, transforms, headers | message
 *     http       POST with the message as its body
 *     zlib       78 9c, then framed messages in deflate blocks that refer to nothing before them, so that they can be said again and again
 */
import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { type Ask, repeated, type Talk } from "./talk.ts";

export function message({ method, args }: Ask): Buffer {
  const head = Buffer.alloc(12 + method.length);
  head.writeUInt32BE(0x8001_0001, 0);
  head.writeUInt32BE(method.length, 4);
  head.write(method, 8);
  head.writeUInt32BE(1, 8 + method.length);
  return Buffer.concat([head, args]);
}

function lengthBefore(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export const framed = (ask: Ask): Buffer => lengthBefore(message(ask));

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);

export const InfoKind = { ofOneCall: 1, persistent: 2 } as const;

/** An info block of short headers. `name` gives the `i`th its name; all values are empty. */
export function infoBlock(kind: number, count: number, name: (i: number) => string): Buffer {
  const headers = Array.from({ length: count }, (_, i) => {
    const text = name(i);
    return Buffer.concat([Buffer.from(varint(text.length)), Buffer.from(text), Buffer.from([0])]);
  });
  return Buffer.concat([Buffer.from([kind, ...varint(count)]), ...headers]);
}

const NO_INFO = Buffer.alloc(0);
const ZLIB_TRANSFORM = 1;

/** A THeader frame. `deflated`: the message is what inflates to it. */
export function theader(payload: Buffer, info: Buffer = NO_INFO, deflated = false): Buffer {
  const words = Buffer.concat([Buffer.from(deflated ? [0, 1, ZLIB_TRANSFORM] : [0, 0]), info]);
  const header = Buffer.concat([words, Buffer.alloc(-words.length & 3)]);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(0x0fff, 0);
  fixed.writeUInt32BE(1, 4);
  fixed.writeUInt16BE(header.length / 4, 8);
  return lengthBefore(Buffer.concat([fixed, header, payload]));
}

const POST = "POST / HTTP/1.1\r\nHost: greed\r\nContent-Type: application/x-thrift\r\n";

/** `headers`: whole lines. */
export function post(body: Buffer, headers = ""): Buffer {
  return Buffer.concat([Buffer.from(`${POST}${headers}Content-Length: ${body.length}\r\n\r\n`), body]);
}

const HEXADECIMAL_1 = "1\r\n";

/** The body in chunks of a byte each. */
export function chunkedPost(body: Buffer): Buffer {
  const chunks = Array.from(body, (byte) =>
    Buffer.concat([Buffer.from(HEXADECIMAL_1), Buffer.from([byte]), Buffer.from("\r\n")]),
  );
  return Buffer.concat([Buffer.from(`${POST}Transfer-Encoding: chunked\r\n\r\n`), ...chunks, Buffer.from("0\r\n\r\n")]);
}

const block = (bytes: Buffer): Buffer => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });

/** What a message may have, nearly. */
const NEARLY_ALL = 15_000_000;

/** A message of `NEARLY_ALL` bytes as a thousandth of them. */
const zeros: Ask = { method: "bytes", args: Buffer.alloc(NEARLY_ALL) };
export const bombOfHeader = (): Buffer => theader(deflateSync(message(zeros), { level: 9 }), NO_INFO, true);
export const bombOfZlib = (): Buffer => block(framed(zeros));

/** A message whose argument is announced to have as many bytes, and has none yet. */
function openMessage(bytes: number): Buffer {
  const open = Buffer.from([0x0b, 0, 1, 0, 0, 0, 0]);
  open.writeUInt32BE(bytes, 3);
  return message({ method: "bytes", args: open });
}

/** The beginning of a frame of `NEARLY_ALL`. */
function openFrame(bytes: Buffer): Buffer {
  const frame = lengthBefore(bytes);
  frame.writeUInt32BE(NEARLY_ALL, 0);
  return frame;
}

const most = (): Buffer => Buffer.alloc(NEARLY_ALL - 1_000, 7);

function talk(hello: Buffer, write: (ask: Ask) => Buffer, unfinished: () => Buffer, join = repeated): Talk {
  const said = new Map<Ask, Buffer>();
  return {
    hello,
    calls: (ask, count) => {
      const known = said.get(ask) ?? join(write(ask), count);
      said.set(ask, known);
      return known;
    },
    unfinished,
  };
}

const NOTHING = Buffer.alloc(0);
const openMost = (): Buffer => openMessage(NEARLY_ALL - 100);

export type ClassicWay = "framed" | "unframed" | "THeader" | "HTTP" | "zlib";

/** By the way it goes; a talk serves one connection, and makes each ask with one count only. */
export const classicTalks: Readonly<Record<ClassicWay, () => Talk>> = {
  framed: () => talk(NOTHING, framed, () => Buffer.concat([openFrame(openMost()), most()])),
  unframed: () => talk(NOTHING, message, () => Buffer.concat([openMost(), most()])),
  THeader: () =>
    talk(
      NOTHING,
      (ask) => theader(message(ask)),
      () => {
        const frame = theader(Buffer.concat([openMost(), most()]));
        frame.writeUInt32BE(NEARLY_ALL + 500, 0);
        return frame;
      },
    ),
  HTTP: () =>
    talk(
      NOTHING,
      (ask) => post(message(ask)),
      () => Buffer.concat([Buffer.from(`${POST}Content-Length: ${NEARLY_ALL}\r\n\r\n`), openMost(), most()]),
    ),
  zlib: () =>
    talk(
      Buffer.from([0x78, 0x9c]),
      framed,
      () => block(Buffer.concat([openFrame(openMost()), most()])),
      (bytes, count) => block(repeated(bytes, count)),
    ),
};
