/**
 * THeader and TTHeader as framings of one connection: headers beside each message, and answers in what the peer spoke. Knows
 * frames, not what their messages and headers mean, beyond the time that a caller gives.
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import { binary } from "../../protocol/binary.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { type CallHeaders, CLIENT_TIMEOUT_HEADER } from "../call-headers.ts";
import type { FrameReader, FrameSink, Framing } from "../framing.ts";
import { LengthPrefixedReader } from "../length-prefixed.ts";
import { compactDialect } from "../message-protocol.ts";
import { PersistentHeaders } from "./persistent-headers.ts";
import { closeHeader, type HeaderFrame, HeaderProtocol, OUT_OF_ORDER, openHeader, readHeader } from "./theader.ts";
import { closeTTHeader, openTTHeader, readTTHeader, TTHeaderKey } from "./ttheader.ts";

const LENGTH_BYTES = 4;
/** Bytes of a frame without headers and message, its length included. */
const FIXED_BYTES = 14;

/** What a client speaks within its frames. */
export interface HeaderSpeech {
  readonly protocol: Protocol;
  readonly transforms?: readonly number[];
}

/** One connection that speaks THeader. A client says what it speaks; a server learns it from each frame that comes. */
export class HeaderFraming implements Framing {
  readonly name = "header";
  readonly carriesHeaders = true;
  /** What a client writes. */
  readonly #own: Protocol | undefined;
  #protocolId: number;
  #transforms: readonly number[];
  #flags: number;
  readonly #persistent = new PersistentHeaders();

  constructor(speech: HeaderSpeech | undefined) {
    this.#own = speech?.protocol;
    this.#protocolId =
      speech === undefined || speech.protocol.name === "binary" ? HeaderProtocol.BINARY : HeaderProtocol.COMPACT;
    this.#transforms = speech?.transforms ?? [];
    this.#flags = speech === undefined ? 0 : OUT_OF_ORDER;
  }

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid = 0): number {
    return openHeader(w, {
      flags: this.#flags,
      seqid,
      protocolId: this.#protocolId,
      transforms: this.#transforms,
      headers,
    });
  }

  endFrame(w: ByteWriter, start: number): void {
    closeHeader(w, start, this.#transforms);
  }

  createReader(sink: FrameSink, _protocol: Protocol, limits: Limits): FrameReader {
    const onFrame = (buf: Buffer, start: number, end: number): boolean =>
      this.takeFrame(sink, buf, start, end, limits.maxFrameBytes);
    return new LengthPrefixedReader({ onFrame }, LENGTH_BYTES, readLength, limits.maxFrameBytes);
  }

  /** Hands on what is in the frame in [start, end), its length not included; a payload may be inflated to `maxBytes`. Gives what `sink` gives. */
  takeFrame(sink: FrameSink, buf: Buffer, start: number, end: number, maxBytes: number): boolean {
    const frame = readHeader(buf, start, end, maxBytes);
    const protocol = this.#protocolOf(frame);
    if (this.#own === undefined) this.#answerAs(frame);
    this.#persistent.add(frame.persistentHeaders);
    const { payload, seqid } = frame;
    return sink.onFrame(payload, 0, payload.length, this.#persistent.beneath(frame.headers), seqid, protocol);
  }

  /** The one that the header names; a client's own where that is it. */
  #protocolOf({ protocolId, payload }: HeaderFrame): Protocol {
    if (protocolId !== HeaderProtocol.BINARY && protocolId !== HeaderProtocol.COMPACT)
      throw new DecodeError("invalid", `header protocol ${protocolId}, known are 0 (binary) and 2 (compact)`);
    const named = protocolId === HeaderProtocol.BINARY ? binary : compactDialect(payload, 0, payload.length);
    return named.name === this.#own?.name ? this.#own : named;
  }

  #answerAs({ flags, protocolId, transforms }: HeaderFrame): void {
    this.#flags = flags & OUT_OF_ORDER;
    this.#protocolId = protocolId;
    this.#transforms = transforms;
  }
}

/** One server's connection that speaks Kitex's TTHeader. */
export class TTHeaderFraming implements Framing {
  readonly name = "ttheader";
  readonly carriesHeaders = true;

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid = 0): number {
    return openTTHeader(w, { seqid, headers });
  }

  endFrame(w: ByteWriter, start: number): void {
    closeTTHeader(w, start);
  }

  createReader(sink: FrameSink, _protocol: Protocol, limits: Limits): FrameReader {
    const onFrame = (buf: Buffer, start: number, end: number): boolean => {
      const { headers, numbered, payload, seqid } = readTTHeader(buf, start, end);
      const timeoutMs = numbered.get(TTHeaderKey.RPC_TIMEOUT_MS);
      const all = timeoutMs === undefined ? headers : new Map([...headers, [CLIENT_TIMEOUT_HEADER, timeoutMs]]);
      return sink.onFrame(payload, 0, payload.length, all, seqid);
    };
    return new LengthPrefixedReader({ onFrame }, LENGTH_BYTES, readLength, limits.maxFrameBytes);
  }
}

function readLength(buf: Buffer, at: number, max: number): number {
  const length = buf.readInt32BE(at);
  if (length >= FIXED_BYTES - LENGTH_BYTES && length <= max) return length;
  throw new DecodeError(length > max ? "limit" : "invalid", `header frame of ${length} bytes, limit ${max}`);
}
