/**
 * The bytes of a connection cut into frames, as far as a fault must know them: where a frame ends, which call it belongs to, and
 * where the message in it lies. Knows no meaning of messages.
 *
 *     framed     length:4 | message, or THeader's 0fff | flags:2 | seqid:4 | words:2 | header | message
 *     rocket     length:3 | stream id:4 | type and flags:2 | [metadata length:3 | metadata] | data
 *     HTTP/2     length:3 | type:1 | flags:1 | stream id:4 | payload       (RFC 9113, 4.1; grpc puts 5 bytes before a message)
 */

export type Wire = "framed" | "rocket" | "grpc" | "connect";

export type Direction = "request" | "reply";

interface FrameForm {
  readonly headBytes: number;
  /** Bytes of the whole frame, of which the head is there. */
  length(bytes: Buffer): number;
}

const HTTP2: FrameForm = { headBytes: 9, length: (bytes) => bytes.readUIntBE(0, 3) + 9 };

const forms: Readonly<Record<Wire, FrameForm>> = {
  framed: { headBytes: 4, length: (bytes) => bytes.readUInt32BE(0) + 4 },
  rocket: { headBytes: 3, length: (bytes) => bytes.readUIntBE(0, 3) + 3 },
  grpc: HTTP2,
  connect: HTTP2,
};

const HTTP2_PREFACE_BYTES = 24;

/** Cuts one direction of a connection. */
export class FrameCutter {
  readonly #form: FrameForm;
  #rest: Buffer = Buffer.alloc(0);
  /** What an HTTP/2 client says before its frames. */
  #preface: number;

  constructor(wire: Wire, direction: Direction) {
    this.#form = forms[wire];
    this.#preface = direction === "request" && this.#form === HTTP2 ? HTTP2_PREFACE_BYTES : 0;
  }

  /** Whole frames, and an HTTP/2 preface as if it were one. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    for (let length = this.#next(); length <= this.#rest.length; length = this.#next()) {
      frames.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      this.#preface = 0;
    }
    return frames;
  }

  #next(): number {
    if (this.#preface > 0) return this.#preface;
    return this.#rest.length < this.#form.headBytes ? Number.POSITIVE_INFINITY : this.#form.length(this.#rest);
  }
}

/** Where the message of a frame begins, or undefined when the frame holds none. */
export function messageStart(wire: Wire, frame: Buffer): number | undefined {
  if (wire === "framed") return frame.readUInt16BE(4) === THEADER_MAGIC ? 14 + 4 * frame.readUInt16BE(12) : 4;
  if (wire === "rocket") return rocketMessageStart(frame);
  const isData = frame[3] === HTTP2_DATA && frame.length > 9;
  if (!isData) return undefined;
  return wire === "grpc" ? 9 + GRPC_PREFIX_BYTES : 9;
}

const THEADER_MAGIC = 0x0fff;
const HTTP2_DATA = 0;
const HTTP2_HEADERS = 1;
const GRPC_PREFIX_BYTES = 5;
const ROCKET_REQUEST_RESPONSE = 0x04;
const ROCKET_PAYLOAD = 0x0a;
const ROCKET_METADATA_FLAG = 0x100;

function rocketMessageStart(frame: Buffer): number | undefined {
  const typeAndFlags = frame.readUInt16BE(7);
  const type = typeAndFlags >> 10;
  if (type !== ROCKET_REQUEST_RESPONSE && type !== ROCKET_PAYLOAD) return undefined;
  return (typeAndFlags & ROCKET_METADATA_FLAG) === 0 ? 9 : 12 + frame.readUIntBE(9, 3);
}

/** Whether a frame belongs to a call, so that it may be sent to another, or twice. */
export function isOfCall(wire: Wire, frame: Buffer): boolean {
  if (messageStart(wire, frame) !== undefined) return true;
  return (wire === "grpc" || wire === "connect") && frame[3] === HTTP2_HEADERS;
}

/** The frame as if it belonged to a call that nobody made. */
export function ofAnotherCall(wire: Wire, frame: Buffer): Buffer {
  const changed = Buffer.from(frame);
  if (wire === "rocket") changed.writeUInt32BE(changed.readUInt32BE(3) + 2_000, 3);
  else if (wire === "framed") changed[6] = changed[6]! ^ 0x55;
  else changed.writeUInt32BE(changed.readUInt32BE(5) + 2_000, 5);
  return changed;
}

/** The frame with `message` in place of its own, all lengths in accord; several frames where HTTP/2 allows no single one. */
export function withMessage(wire: Wire, frame: Buffer, message: Buffer): Buffer {
  const start = messageStart(wire, frame)!;
  if (wire === "grpc" || wire === "connect")
    return dataFrames(frame, wire === "grpc" ? withGrpcPrefix(frame[9]!, message) : message);
  const changed = Buffer.concat([frame.subarray(0, start), message]);
  if (wire === "framed") changed.writeUInt32BE(changed.length - 4, 0);
  else changed.writeUIntBE(changed.length - 3, 0, 3);
  return changed;
}

function withGrpcPrefix(compressed: number, message: Buffer): Buffer {
  const prefix = Buffer.alloc(GRPC_PREFIX_BYTES, compressed);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Longest payload of a frame that every HTTP/2 peer takes. */
const MAX_DATA_BYTES = 16_384;

/** `payload` in frames like `frame`, whose flags (the end of the stream) the last one keeps. */
function dataFrames(frame: Buffer, payload: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += MAX_DATA_BYTES) {
    const part = payload.subarray(at, at + MAX_DATA_BYTES);
    const head = Buffer.from(frame.subarray(0, 9));
    head.writeUIntBE(part.length, 0, 3);
    if (at + MAX_DATA_BYTES < payload.length) head[4] = 0;
    frames.push(head, part);
  }
  return Buffer.concat(frames);
}

/** The head of a frame that says it is longer than anything: 2 GiB where the wire can say so. */
export function endlessFrame(wire: Wire, frame: Buffer): Buffer {
  const changed = Buffer.from(frame);
  if (wire === "framed") changed.writeUInt32BE(0x7fff_ffff, 0);
  else if (wire === "grpc") changed.writeUInt32BE(0x7fff_ffff, 10);
  else changed.writeUIntBE(0xff_ffff, 0, 3);
  return changed;
}
