/**
 * Joins the fragments of large messages, per stream; fragments of many streams may interleave. Knows the fragment rules and
 * the limits, not what the messages are.
 *
 *   first frame, its own type, F | PAYLOAD F N | ... | PAYLOAD N? C?      metadata ends before data begins
 *
 * The joined frame has the first one's type and credit; where both are PAYLOAD, the last one's N and C count.
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#fragmentation-and-reassembly
 */
import { DecodeError } from "../../errors/errors.ts";
import { GatheredBytes } from "../gathered-bytes.ts";
import type { Frame } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";

export interface ReassemblyLimits {
  /** Metadata and data of one message, joined. */
  readonly maxMessageBytes: number;
  /** All unfinished messages of the connection together. */
  readonly maxHeldBytes: number;
  /** Unfinished messages at a time. */
  readonly maxMessages: number;
}

interface Unfinished {
  readonly type: number;
  readonly flags: number;
  readonly credit: number;
  readonly bytes: GatheredBytes;
  metadataBytes: number;
  /** Which fragment of the connection was its last. */
  mark: number;
}

export class Reassembly {
  /** Made with the first fragment: most connections never see one. */
  #unfinished: Map<number, Unfinished> | undefined;
  #limits: ReassemblyLimits;
  #heldBytes = 0;
  #roomBytes = 0;
  #fragments = 0;

  constructor(limits: ReassemblyLimits) {
    this.#limits = limits;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Memory that the unfinished messages take: at most twice what has come, or 1 KiB each. */
  get roomBytes(): number {
    return this.#roomBytes;
  }

  /** Changes when the message that has waited longest for a fragment gets one, or goes; undefined while none is unfinished. */
  get stalest(): number | undefined {
    return this.#unfinished?.values().next().value?.mark;
  }

  /** Streams with an unfinished message. */
  get size(): number {
    return this.#unfinished?.size ?? 0;
  }

  has(streamId: number): boolean {
    return this.#unfinished?.has(streamId) ?? false;
  }

  /**
   * Takes in a request or PAYLOAD frame. True: `frame` is now a whole message (its windows point to bytes that stay valid
   * while the caller holds them). False: more must come. Throws DecodeError: the connection cannot go on.
   */
  add(frame: Frame): boolean {
    const unfinished = this.#unfinished?.get(frame.streamId);
    if (unfinished === undefined) return this.#begin(frame);
    if (frame.type !== FrameType.PAYLOAD)
      throw new DecodeError(
        "invalid",
        `rocket frame of type 0x${frame.type.toString(16)} between fragments of stream ${frame.streamId}`,
      );
    this.#append(unfinished, frame);
    if (frame.has(Flag.FOLLOWS)) {
      this.#moveToEnd(frame.streamId, unfinished);
      return false;
    }
    this.drop(frame.streamId);
    showWhole(frame, unfinished);
    return true;
  }

  /** The table is in the order of the last fragments. */
  #moveToEnd(streamId: number, unfinished: Unfinished): void {
    this.#unfinished?.delete(streamId);
    this.#unfinished?.set(streamId, unfinished);
  }

  /** Forgets what has come of the stream's unfinished message. */
  drop(streamId: number): void {
    const unfinished = this.#unfinished?.get(streamId);
    if (unfinished === undefined) return;
    this.#heldBytes -= unfinished.bytes.length;
    this.#roomBytes -= unfinished.bytes.room;
    this.#unfinished?.delete(streamId);
  }

  /** Forgets all messages: the connection is gone. */
  clear(): void {
    this.#unfinished?.clear();
    this.#heldBytes = 0;
    this.#roomBytes = 0;
  }

  #begin(frame: Frame): boolean {
    if (!frame.has(Flag.FOLLOWS)) {
      if (frame.type === FrameType.PAYLOAD && !frame.has(Flag.NEXT | Flag.COMPLETE))
        throw new DecodeError("invalid", "rocket PAYLOAD with neither NEXT nor COMPLETE");
      return true;
    }
    if (this.size >= this.#limits.maxMessages)
      throw new DecodeError(
        "limit",
        `${this.size + 1} fragmented messages at a time, limit ${this.#limits.maxMessages}`,
      );
    const unfinished: Unfinished = {
      type: frame.type,
      flags: frame.flags,
      credit: frame.credit,
      bytes: new GatheredBytes(),
      metadataBytes: 0,
      mark: 0,
    };
    (this.#unfinished ??= new Map()).set(frame.streamId, unfinished);
    this.#append(unfinished, frame);
    return false;
  }

  #append(unfinished: Unfinished, frame: Frame): void {
    const metadataBytes = frame.metadataEnd - frame.metadataStart;
    const more = metadataBytes + frame.end - frame.metadataEnd;
    const { maxMessageBytes, maxHeldBytes } = this.#limits;
    if (unfinished.bytes.length + more > maxMessageBytes)
      throw new DecodeError(
        "limit",
        `rocket message of at least ${unfinished.bytes.length + more} bytes, limit ${maxMessageBytes}`,
      );
    if (this.#heldBytes + more > maxHeldBytes)
      throw new DecodeError(
        "limit",
        `unfinished rocket messages of ${this.#heldBytes + more} bytes, limit ${maxHeldBytes}`,
      );
    if (metadataBytes > 0 && unfinished.bytes.length > unfinished.metadataBytes)
      throw new DecodeError("invalid", `rocket metadata after data in a fragment of stream ${frame.streamId}`);
    const { room } = unfinished.bytes;
    unfinished.bytes.append(frame.buf, frame.metadataStart, frame.end);
    unfinished.metadataBytes += metadataBytes;
    unfinished.mark = ++this.#fragments;
    this.#heldBytes += more;
    this.#roomBytes += unfinished.bytes.room - room;
  }
}

function showWhole(frame: Frame, whole: Unfinished): void {
  const last = frame.flags & (Flag.NEXT | Flag.COMPLETE);
  const own = whole.flags & ~(Flag.FOLLOWS | Flag.METADATA);
  frame.type = whole.type;
  frame.flags =
    (whole.type === FrameType.PAYLOAD ? (own & ~(Flag.NEXT | Flag.COMPLETE)) | last : own) |
    (whole.metadataBytes > 0 ? Flag.METADATA : 0);
  frame.credit = whole.credit;
  frame.buf = whole.bytes.take();
  frame.bodyStart = frame.metadataStart = 0;
  frame.metadataEnd = whole.metadataBytes;
  frame.end = frame.buf.length;
}
