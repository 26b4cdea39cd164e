/**
 * Rocket as a greedy client writes it. Knows the frames that it needs, and none that it receives.
 *
 *     frame      length:3 | stream id:4 | type:6 flags:10 | fixed part | [metadata length:3 | metadata] | data
 *     metadata   1 protocol | 2 name | 3 kind | 8 headers | 14 compression, a compact struct
 */
import { deflateSync } from "node:zlib";
import { type Ask, repeated, type Talk } from "./talk.ts";

const Type = { SETUP: 1, KEEPALIVE: 3, REQUEST_RESPONSE: 4, REQUEST_STREAM: 6, CANCEL: 9, PAYLOAD: 10 } as const;
const Flag = { NEXT: 0x20, FOLLOWS: 0x80, RESPOND: 0x80, METADATA: 0x100 } as const;

export const UNLIMITED = 0x7fff_ffff;
const ID_AT = 3;

function frame(id: number, type: number, flags: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(9);
  head.writeUIntBE(6 + body.length, 0, 3);
  head.writeUInt32BE(id, ID_AT);
  head.writeUInt16BE((type << 10) | flags, 7);
  return Buffer.concat([head, body]);
}

function lengthBefore(bytes: Buffer): Buffer {
  const length = Buffer.alloc(3);
  length.writeUIntBE(bytes.length, 0, 3);
  return Buffer.concat([length, bytes]);
}

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

/** The key of Rocket, then 3: least version, 4: greatest. */
const setupStruct = Buffer.from("f09f9a803510151400", "hex");

const setup: Buffer = frame(
  0,
  Type.SETUP,
  Flag.METADATA,
  u32(0x0001_0000, UNLIMITED, UNLIMITED),
  shortText("application/x-rocket-metadata+compact"),
  shortText("application/x-rocket-payload"),
  lengthBefore(setupStruct),
);

const Kind = { UNARY: 0, STREAM: 4 } as const;
const ZIGZAG_ZLIB = 2;

interface Extras {
  readonly headers?: readonly (readonly [string, string])[];
  readonly zlib?: boolean;
}

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);

function metadata(method: string, kind: number, { headers = [], zlib = false }: Extras): Buffer {
  const texts = headers.flat().map((text) => Buffer.concat([Buffer.from(varint(text.length)), Buffer.from(text)]));
  const map = headers.length === 0 ? [] : [Buffer.from([0x5b, ...varint(headers.length), 0x88]), ...texts];
  const last = headers.length === 0 ? 3 : 8;
  return Buffer.concat([
    Buffer.from([0x15, 0, 0x18]),
    shortText(method),
    Buffer.from([0x15, 2 * kind]),
    ...map,
    Buffer.from(zlib ? [((14 - last) << 4) | 5, ZIGZAG_ZLIB] : []),
    Buffer.from([0]),
  ]);
}

/** A unary call on stream 0, to be given an id of its own. */
export function request({ method, args }: Ask, extras: Extras = {}): Buffer {
  const about = lengthBefore(metadata(method, Kind.UNARY, extras));
  return frame(0, Type.REQUEST_RESPONSE, Flag.METADATA, about, args);
}

/** The same for a stream. */
export function streamRequest({ method, args }: Ask, credit: number): Buffer {
  const about = lengthBefore(metadata(method, Kind.STREAM, {}));
  return frame(0, Type.REQUEST_STREAM, Flag.METADATA, u32(credit), about, args);
}

/** Frames as in `template`, each of which gets the next id. */
export class Ids {
  #next = 1;

  give(template: Buffer, count: number): Buffer {
    const frames = count === 1 ? Buffer.from(template) : repeated(template, count);
    for (let at = 0; at < frames.length; at += template.length, this.#next += 2)
      frames.writeUInt32BE(this.#next, at + ID_AT);
    return frames;
  }

  /** Takes back the last `count` calls. */
  cancel(count: number): Buffer {
    const frames = repeated(frame(0, Type.CANCEL, 0), count);
    for (let i = 0; i < count; i++) frames.writeUInt32BE(this.#next - 2 * (count - i), i * 9 + ID_AT);
    return frames;
  }

  get last(): number {
    return this.#next - 2;
  }
}

/** Asks for an echo of the most that a server echoes. */
export const ping: Buffer = frame(0, Type.KEEPALIVE, Flag.RESPOND, u32(0, 0), Buffer.alloc(1_000, 7));

const BOMB_BYTES = 15_000_000;

/** Arguments that inflate a thousandfold. */
export function bomb(): Buffer {
  const args = deflateSync(Buffer.alloc(BOMB_BYTES), { level: 9 });
  return request({ method: "bytes", args }, { zlib: true });
}

/** A call whose message goes on in further frames. */
export function openRequest(ask: Ask): Buffer {
  const open = request(ask);
  open.writeUInt16BE(open.readUInt16BE(7) | Flag.FOLLOWS, 7);
  return open;
}

/** One more piece of the message of stream `id`. */
export function fragment(id: number, bytes: Buffer, isLast: boolean): Buffer {
  return frame(id, Type.PAYLOAD, Flag.NEXT | (isLast ? 0 : Flag.FOLLOWS), bytes);
}

const UNFINISHED = 1_000;
const UNFINISHED_BYTES = 60_000;

export interface RocketTalk extends Talk {
  readonly ids: Ids;
}

/** Of one connection. */
export function rocketTalk(): RocketTalk {
  const ids = new Ids();
  const templates = new Map<Ask, Buffer>();
  return {
    ids,
    hello: setup,
    calls: (ask, count) => {
      const template = templates.get(ask) ?? request(ask);
      templates.set(ask, template);
      return ids.give(template, count);
    },
    unfinished: () => ids.give(openRequest({ method: "bytes", args: Buffer.alloc(UNFINISHED_BYTES, 7) }), UNFINISHED),
  };
}
