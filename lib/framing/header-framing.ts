/**
 * THeader and TTHeader as framings of one connection: headers beside each message, and answers in what the peer spoke. Knows
 * frames, not what their messages and headers mean, beyond the time that a caller gives.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { FrameHeaders, FrameReader, FrameSink, Framing } from "./framing.ts";
import { closeHeader, type HeaderFrame, HeaderProtocol, OUT_OF_ORDER, openHeader, readHeader } from "./header.ts";
import { LengthPrefixedReader } from "./length-prefixed.ts";
import { closeTTHeader, openTTHeader, readTTHeader, TTHeaderKey } from "./ttheader.ts";

/** Decimal milliseconds that the caller waits: fbthrift's name. */
export const CLIENT_TIMEOUT_HEADER = "client_timeout";

const LENGTH_BYTES = 4;
/** Where SEQ stands, from the frame's beginning. */
const SEQ_AT = 8;
const WORDS_AT = 12;
const FIXED_BYTES = 14;

/** One connection that speaks THeader. A client says `protocol` and its transforms; a server learns both from what comes. */
export class HeaderFraming implements Framing {
  readonly name = "header";
  readonly carriesHeaders = true;
  #protocolId: number;
  #transforms: readonly number[];
  #flags: number;
  readonly #serves: boolean;
  readonly #persistent = new Map<string, string>();
  readonly #seqids = new SeqidReader();

  constructor(speaks: { readonly protocol: Protocol; readonly transforms?: readonly number[] } | undefined) {
    this.#protocolId =
      speaks === undefined || speaks.protocol.name === "binary" ? HeaderProtocol.BINARY : HeaderProtocol.COMPACT;
    this.#serves = speaks === undefined;
    this.#transforms = speaks?.transforms ?? [];
    this.#flags = speaks === undefined ? 0 : OUT_OF_ORDER;
    if (speaks !== undefined) this.#seqids.protocol = speaks.protocol;
  }

  beginFrame(w: ByteWriter, headers?: FrameHeaders): number {
    return openHeader(w, {
      flags: this.#flags,
      seqid: 0,
      protocolId: this.#protocolId,
      transforms: this.#transforms,
      headers,
    });
  }

  endFrame(w: ByteWriter, start: number): void {
    const message = start + FIXED_BYTES + 4 * w.buf.readUInt16BE(start + WORDS_AT);
    w.buf.writeInt32BE(this.#seqids.read(w.buf, message, w.pos), start + SEQ_AT);
    closeHeader(w, start, this.#transforms);
  }

  /** `protocol` is what a server's session reads with, once it knows. */
  createReader(sink: FrameSink, protocol: Protocol, limits: Limits): FrameReader {
    this.#seqids.protocol ??= protocol;
    const onFrame = (buf: Buffer, start: number, end: number): boolean => {
      const frame = readHeader(buf, start, end, limits.maxFrameBytes);
      if (this.#serves) this.#answerAs(frame);
      for (const [name, value] of frame.persistentHeaders) this.#persistent.set(name, value);
      const headers = this.#persistent.size === 0 ? frame.headers : new Map([...this.#persistent, ...frame.headers]);
      return sink.onFrame(frame.payload, 0, frame.payload.length, headers);
    };
    return new LengthPrefixedReader({ onFrame }, LENGTH_BYTES, readLength, limits.maxFrameBytes);
  }

  #answerAs({ flags, protocolId, transforms }: HeaderFrame): void {
    this.#flags = flags & OUT_OF_ORDER;
    this.#protocolId = protocolId;
    this.#transforms = transforms;
  }

  /** The session has found out what its peer speaks. */
  speak(protocol: Protocol): void {
    this.#seqids.protocol = protocol;
  }
}

/** One server's connection that speaks Kitex's TTHeader. */
export class TTHeaderFraming implements Framing {
  readonly name = "ttheader";
  readonly carriesHeaders = true;
  readonly #seqids = new SeqidReader();

  beginFrame(w: ByteWriter, headers?: FrameHeaders): number {
    return openTTHeader(w, { seqid: 0, headers });
  }

  endFrame(w: ByteWriter, start: number): void {
    const message = start + FIXED_BYTES + 4 * w.buf.readUInt16BE(start + WORDS_AT);
    w.buf.writeInt32BE(this.#seqids.read(w.buf, message, w.pos), start + SEQ_AT);
    closeTTHeader(w, start);
  }

  createReader(sink: FrameSink, protocol: Protocol, limits: Limits): FrameReader {
    this.#seqids.protocol = protocol;
    const onFrame = (buf: Buffer, start: number, end: number): boolean => {
      const { headers, numbered, payload } = readTTHeader(buf, start, end);
      const timeoutMs = numbered.get(TTHeaderKey.RPC_TIMEOUT_MS);
      const all = timeoutMs === undefined ? headers : new Map([...headers, [CLIENT_TIMEOUT_HEADER, timeoutMs]]);
      return sink.onFrame(payload, 0, payload.length, all);
    };
    return new LengthPrefixedReader({ onFrame }, LENGTH_BYTES, readLength, limits.maxFrameBytes);
  }
}

/** The seqid of a message that was just written: the header repeats it, as Apache advises. */
class SeqidReader {
  protocol: Protocol | undefined;
  readonly #reader = new ByteReader();
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: Buffer.alloc(0), nameStart: 0, nameEnd: 0 };

  read(buf: Buffer, start: number, end: number): number {
    if (this.protocol === undefined) return 0;
    this.#reader.reset(buf, start, end);
    this.protocol.readMessageBegin(this.#reader, this.#head);
    return this.#head.seqid;
  }
}

function readLength(buf: Buffer, at: number, max: number): number {
  const length = buf.readInt32BE(at);
  if (length >= FIXED_BYTES - LENGTH_BYTES && length <= max) return length;
  throw new DecodeError(length > max ? "limit" : "invalid", `header frame of ${length} bytes, limit ${max}`);
}
