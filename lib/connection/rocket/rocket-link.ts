/**
 * What both ends of a Rocket connection do alike: whole messages in and out, large ones cut and joined, reading stopped while
 * too much waits, pings answered. Knows frames, not calls.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors.ts";
import type { FrameSink } from "../../framing/framing.ts";
import { writeCancel } from "../../framing/rocket/cancel.ts";
import { writeErrorText } from "../../framing/rocket/error.ts";
import { FRAGMENT_BYTES, FragmentQueue } from "../../framing/rocket/fragment-queue.ts";
import { Frame } from "../../framing/rocket/frame.ts";
import { rocketFrameReader, rocketFraming } from "../../framing/rocket/frame-reader.ts";
import { Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import { writeKeepalive } from "../../framing/rocket/keepalive.ts";
import { readFrame } from "../../framing/rocket/read-frame.ts";
import { Reassembly } from "../../framing/rocket/reassembly.ts";
import { writeRequestN } from "../../framing/rocket/request-n.ts";
import type { Limits } from "../../protocol/limits.ts";
import { ByteReader, type ReaderOptions } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { ByteBudget, processBudget } from "../byte-budget.ts";
import type { Connection, Session } from "../connection.ts";
import { compactMetadata, type MetadataForm, metadataReader } from "./metadata-form.ts";
import type { RocketLimits } from "./rocket-limits.ts";

/** Head, credit and metadata of any usual frame: what a frame may have beside a payload that need not be cut. */
const FRAME_MARGIN_BYTES = 1024;
/** Fragments are written while less than this waits to be sent, so that small frames find their way between them. */
const FRAGMENTS_AHEAD_BYTES = 4 * FRAGMENT_BYTES;
const EMPTY = Buffer.alloc(0);

/** The end that has the conversation. */
export interface LinkPeer extends Session {
  /** A whole message, or a frame that is never cut; valid only during this call. */
  onMessage(frame: Frame): void;
  /** False while nothing more should be read. */
  readonly readsOn: boolean;
  /** Whether a message for the stream would be of use: fragments of others are not collected. */
  expects(streamId: number): boolean;
}

export class RocketLink implements FrameSink {
  readonly connection: Connection;
  readonly limits: Limits;
  readonly rocketLimits: RocketLimits;
  /** Items that wait for readers on this connection. */
  readonly budget: ByteBudget;
  /** For values; reused. */
  readonly reader: ByteReader;
  /** For metadata; reused. */
  readonly metadata: ByteReader = metadataReader();
  /** How this connection writes metadata. */
  form: MetadataForm = compactMetadata;
  readonly #peer: LinkPeer;
  readonly #frame = new Frame();
  readonly #reassembly: Reassembly;
  readonly #fragments = new FragmentQueue();
  #roomWaiters: (() => void)[] = [];
  #paused = false;
  readonly #endFrame: (start: number) => void;

  constructor(
    connection: Connection,
    peer: LinkPeer,
    limits: Limits,
    rocketLimits: RocketLimits,
    reader: ReaderOptions | undefined,
  ) {
    this.connection = connection;
    this.limits = limits;
    this.rocketLimits = rocketLimits;
    this.#peer = peer;
    this.budget = new ByteBudget(rocketLimits.connectionBytes, () => this.readOn(), processBudget);
    this.reader = new ByteReader({ ...reader, maxStringBytes: limits.maxStringBytes, maxDepth: limits.maxDepth });
    this.#reassembly = new Reassembly({
      maxMessageBytes: limits.maxFrameBytes,
      maxHeldBytes: 4 * limits.maxFrameBytes,
      maxMessages: 1024,
    });
    this.#endFrame = (start) => connection.endFrame(start);
  }

  /** Begins the conversation. */
  start(conversation: string): void {
    this.connection.start(this.#peer, rocketFrameReader(this, this.limits.maxFrameBytes), rocketFraming, conversation);
  }

  get out(): ByteWriter {
    return this.connection.out;
  }

  /** Messages that are cut and not yet out, and messages that are not all here. */
  get unfinished(): number {
    return this.#fragments.size + this.#reassembly.size;
  }

  onFrame(buf: Buffer, start: number, end: number): boolean {
    const frame = this.#frame;
    readFrame(frame, buf, start, end);
    const { type } = frame;
    if (type !== FrameType.PAYLOAD && (type < FrameType.REQUEST_RESPONSE || type > FrameType.REQUEST_CHANNEL))
      this.#onUncut(frame);
    else if (this.#isWhole(frame)) this.#peer.onMessage(frame);
    return this.#readsOn();
  }

  /** Nearly every frame is a message by itself; for the others it is joined with what came before. */
  #isWhole(frame: Frame): boolean {
    const plain = frame.type !== FrameType.PAYLOAD || (frame.flags & (Flag.NEXT | Flag.COMPLETE)) !== 0;
    if (plain && (frame.flags & Flag.FOLLOWS) === 0 && this.#reassembly.size === 0) return true;
    return !this.#isLateFragment(frame) && this.#reassembly.add(frame);
  }

  /** A piece of a message whose stream was given up meanwhile. */
  #isLateFragment(frame: Frame): boolean {
    return (
      frame.type === FrameType.PAYLOAD &&
      frame.has(Flag.FOLLOWS) &&
      !this.#reassembly.has(frame.streamId) &&
      !this.#peer.expects(frame.streamId)
    );
  }

  #onUncut(frame: Frame): void {
    switch (frame.type) {
      case FrameType.KEEPALIVE:
        if (frame.has(Flag.RESPOND)) this.#echo(frame);
        return;
      case FrameType.EXT:
        if (!frame.has(Flag.IGNORE))
          throw new DecodeError(
            "invalid",
            `rocket EXT frame 0x${frame.extendedType.toString(16)} that may not be ignored`,
          );
        return;
      case FrameType.CANCEL:
      case FrameType.ERROR:
        this.#reassembly.drop(frame.streamId);
        return this.#peer.onMessage(frame);
      default:
        return this.#peer.onMessage(frame);
    }
  }

  #echo(frame: Frame): void {
    const start = this.begin();
    writeKeepalive(this.out, false, frame.buf, frame.metadataEnd, frame.end);
    this.connection.endFrame(start);
  }

  /** Stops reading while too much waits, here or at the other end. */
  #readsOn(): boolean {
    if (!this.budget.stopIfFull() && this.#peer.readsOn) return true;
    this.#paused = true;
    this.connection.pause();
    return false;
  }

  /** Something was used up or sent: reads again if nothing speaks against it. */
  readOn(): void {
    if (!this.#paused || this.budget.stopIfFull() || !this.#peer.readsOn) return;
    this.#paused = false;
    this.connection.resume();
  }

  /** Begins a frame of any type: to be followed by its open function, and `end`. */
  begin(): number {
    return this.connection.beginFrame();
  }

  /** As if the frame had not been begun. */
  abort(start: number): void {
    this.connection.abortFrame(start);
  }

  /**
   * Ends a frame that carries a message. False when it is so large that it leaves in pieces, between those of others, and some
   * still wait: `onWritten` is called with the last.
   */
  end(start: number, onWritten?: () => void): boolean {
    return this.endShort(start) || this.#cut(start, onWritten);
  }

  /** Ends the frame if it need not be cut: nearly all, and they need no function to be told by. */
  endShort(start: number): boolean {
    if (this.out.pos - start > FRAGMENT_BYTES + FRAME_MARGIN_BYTES) return false;
    this.connection.endFrame(start);
    return true;
  }

  /** True when there was room for all pieces at once. */
  #cut(start: number, onWritten: (() => void) | undefined): boolean {
    const { out } = this;
    const frame = new Frame();
    readFrame(frame, out.buf, start + 3, out.pos);
    const { streamId, type, credit, metadataStart, metadataEnd } = frame;
    const bytes = Buffer.from(out.buf.subarray(metadataStart, out.pos));
    this.abort(start);
    const flags = frame.flags & (Flag.NEXT | Flag.COMPLETE);
    let whole = false;
    const written = (): void => {
      whole = true;
      onWritten?.();
    };
    this.#fragments.add({
      streamId,
      type,
      flags,
      credit,
      bytes,
      metadataBytes: metadataEnd - metadataStart,
      onWritten: written,
    });
    // The ids of requests grow in the order in which they leave, so none waits with its first piece.
    if (type !== FrameType.PAYLOAD) this.#writeFragment(true);
    this.#writeFragments();
    return whole;
  }

  #writeFragments(): void {
    const { connection } = this;
    while (this.#fragments.size > 0 && connection.open && connection.unsentBytes < FRAGMENTS_AHEAD_BYTES)
      this.#writeFragment(false);
  }

  #writeFragment(newest: boolean): void {
    this.connection.beginFrame();
    this.#fragments.writeNext(this.out, this.#endFrame, newest);
  }

  /** The stream is over: what has come of a message on it is of no use. */
  forget(streamId: number): void {
    this.#reassembly.drop(streamId);
  }

  /** Drops what has not left of the stream's large message; false when nothing of it has. Then the peer need not be told. */
  dropFragments(streamId: number): boolean {
    const waits = this.#fragments.has(streamId);
    return !waits || this.#fragments.drop(streamId);
  }

  /** Undefined when there is room for more; else a promise for it. It also resolves when the connection closes. */
  room(): Promise<void> | undefined {
    if (this.connection.hasRoom || this.connection.closed) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** The transport has sent what it had. */
  onDrain(): void {
    this.#writeFragments();
    if (this.connection.hasRoom) this.#wakeRoomWaiters();
    this.readOn();
  }

  /** The connection is gone. */
  close(): void {
    this.budget.close();
    this.#fragments.clear();
    this.#reassembly.clear();
    this.#wakeRoomWaiters();
  }

  #wakeRoomWaiters(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }

  request(streamId: number, credit: number): void {
    if (!this.connection.open) return;
    const start = this.begin();
    writeRequestN(this.out, streamId, credit);
    this.connection.endFrame(start);
  }

  cancel(streamId: number): void {
    if (!this.connection.open) return;
    const start = this.begin();
    writeCancel(this.out, streamId);
    this.connection.endFrame(start);
  }

  /** Ends a stream, or with stream 0 the connection, by a text. */
  errorText(streamId: number, code: number, text: string): void {
    if (!this.connection.open) return;
    const start = this.begin();
    writeErrorText(this.out, streamId, code, text);
    this.connection.endFrame(start);
  }

  ping(): void {
    if (!this.connection.open) return;
    const start = this.begin();
    writeKeepalive(this.out, true, EMPTY);
    this.connection.endFrame(start);
  }
}
