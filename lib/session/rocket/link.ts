/**
 * What both ends of a Rocket connection do alike: whole messages in and out, large ones cut and joined, reading stopped while
 * too much waits, pings answered. Knows frames, not calls.
 */
import { Buffer } from "node:buffer";
import { ResponseTooBig } from "../../call/response-too-big.ts";
import { ByteBudget, processBudget } from "../../connection/byte-budget.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { StallWatch } from "../../connection/stall-watch.ts";
import { ConnectionError, DecodeError, EncodeError, type ErrorCode } from "../../errors/errors.ts";
import { AnswerReader } from "../../framing/answer-reader.ts";
import type { FrameSink } from "../../framing/framing.ts";
import { writeCancel } from "../../framing/rocket/cancel.ts";
import { openError, writeErrorText } from "../../framing/rocket/error.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { rocketFrameReader, rocketFraming } from "../../framing/rocket/frame-reader.ts";
import { Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import { writeKeepalive } from "../../framing/rocket/keepalive.ts";
import { readFrame } from "../../framing/rocket/read-frame.ts";
import { Reassembly } from "../../framing/rocket/reassembly.ts";
import { writeRequestN } from "../../framing/rocket/request-n.ts";
import { queueMicrotask } from "../../platform/node-time.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import type { Desk, Desks } from "./desk.ts";
import { isLarge, LargeMessages } from "./large-messages.ts";
import type { RocketLimits } from "./limits.ts";
import { compactMetadata, type MetadataForm } from "./metadata-form.ts";
import { writeRpcError } from "./rpc-error.ts";
import { refusal } from "./rpc-failure.ts";

const MAX_UNFINISHED_MESSAGES = 1024;
const LENGTH_BYTES = 3;
const EMPTY = Buffer.alloc(0);

/** The end that has the conversation. */
export interface LinkPeer extends Session {
  /** A whole message, or a frame that is never cut; valid only during this call. */
  onMessage(frame: Frame): void;
  /** A ping was answered. */
  onPong(): void;
  /** False while nothing more should be read. */
  readonly readsOn: boolean;
  /** Whether a message for the stream would be of use: fragments of others are not collected. */
  expects(streamId: number): boolean;
}

/** What all connections of a server or channel share. */
export interface LinkOptions {
  readonly limits: Limits;
  readonly rocketLimits: RocketLimits;
  readonly desks: Desks;
}

export class RocketLink implements FrameSink {
  readonly connection: Connection;
  /** How this connection writes metadata. */
  form: MetadataForm = compactMetadata;
  readonly #options: LinkOptions;
  readonly #peer: LinkPeer;
  /** Only within `onFrame`. */
  #desk: Desk | undefined;
  // Most connections never need these five; together they would cost each 500 bytes (`npm run load -- idle`).
  #budget: ByteBudget | undefined;
  #reassembly: Reassembly | undefined;
  #fragmentWatch: StallWatch | undefined;
  #large: LargeMessages | undefined;
  #roomWaiters: (() => void)[] | undefined;
  #paused = false;
  #frames = 0;

  constructor(connection: Connection, peer: LinkPeer, options: LinkOptions) {
    this.connection = connection;
    this.#options = options;
    this.#peer = peer;
  }

  get limits(): Limits {
    return this.#options.limits;
  }

  get rocketLimits(): RocketLimits {
    return this.#options.rocketLimits;
  }

  /** Where the frame is read that just arrived: only within `onMessage`. */
  get desk(): Desk {
    return this.#desk as Desk;
  }

  /** For values. */
  get reader(): ByteReader {
    return this.desk.reader;
  }

  get metadata(): ByteReader {
    return this.desk.metadata;
  }

  /** Items that wait for readers on this connection. */
  get budget(): ByteBudget {
    this.#budget ??= new ByteBudget(this.rocketLimits.connectionBytes, () => this.readOn(), processBudget);
    return this.#budget;
  }

  /** Begins the conversation. A server's first bytes are looked at, for nothing says that it speaks Rocket; a client's were. */
  start(conversation: string): void {
    const frames = rocketFrameReader(this, this.limits.maxFrameBytes);
    const reader = this.connection.side === "client" ? new AnswerReader(frames, "rocket") : frames;
    this.connection.start(this.#peer, reader, rocketFraming, conversation);
  }

  get out(): ByteWriter {
    return this.connection.out;
  }

  charge(bytes: number): void {
    this.connection.charge(bytes);
  }

  /** Messages that are cut and not yet out, messages that are not all here, and bytes of items that wait. */
  get leftovers(): number {
    return (this.#large?.size ?? 0) + (this.#reassembly?.size ?? 0) + (this.#budget?.used ?? 0);
  }

  /** Whole frames that arrived since the beginning; bytes are no sign of life, as a damaged length swallows them. Undefined while nothing is read. */
  get heardFrames(): number | undefined {
    return this.#paused ? undefined : this.#frames;
  }

  onFrame(buf: Buffer, start: number, end: number): boolean {
    const { desks } = this.#options;
    const desk = desks.take();
    this.#desk = desk;
    this.#frames++;
    try {
      readFrame(desk.frame, buf, start, end);
      this.#onFrame(desk.frame);
    } finally {
      this.#desk = undefined;
      desks.putBack(desk);
    }
    return this.#readsOn();
  }

  #onFrame(frame: Frame): void {
    const { type } = frame;
    if (type !== FrameType.PAYLOAD && (type < FrameType.REQUEST_RESPONSE || type > FrameType.REQUEST_CHANNEL))
      this.#onUncut(frame);
    else if (this.#isWhole(frame)) this.#peer.onMessage(frame);
  }

  /** Nearly every frame is a message by itself; for the others it is joined with what came before. */
  #isWhole(frame: Frame): boolean {
    const plain = frame.type !== FrameType.PAYLOAD || (frame.flags & (Flag.NEXT | Flag.COMPLETE)) !== 0;
    if (plain && (frame.flags & Flag.FOLLOWS) === 0 && (this.#reassembly?.size ?? 0) === 0) return true;
    return !this.#isLateFragment(frame) && this.#join(frame);
  }

  #join(frame: Frame): boolean {
    const whole = this.#joining().add(frame);
    this.#countFragments();
    if (!whole) this.#watchFragments();
    return whole;
  }

  #countFragments(): void {
    if (this.#reassembly !== undefined) this.connection.count("fragments", this.#reassembly.roomBytes);
  }

  /** Pings and other messages are no sign that the rest of a message comes: each is watched by itself. */
  #watchFragments(): void {
    this.#fragmentWatch ??= new StallWatch(
      this.connection.platform,
      this.connection.stallTimeoutMs,
      () => (this.#paused ? undefined : this.#reassembly?.stalest),
      () => this.#onFragmentStall(),
    );
    this.#fragmentWatch.watch();
  }

  #onFragmentStall(): void {
    const { connection } = this;
    const what = `the rest of a fragmented message did not come for ${connection.stallTimeoutMs} ms`;
    connection.destroy(new ConnectionError("CONNECTION_LOST", what, { delivery: "unknown", peer: connection.peer }));
  }

  #joining(): Reassembly {
    const { maxFrameBytes } = this.limits;
    this.#reassembly ??= new Reassembly({
      maxMessageBytes: maxFrameBytes,
      maxHeldBytes: 4 * maxFrameBytes,
      maxMessages: MAX_UNFINISHED_MESSAGES,
    });
    return this.#reassembly;
  }

  /** A piece of a message whose stream was given up meanwhile. */
  #isLateFragment(frame: Frame): boolean {
    return (
      frame.type === FrameType.PAYLOAD &&
      frame.has(Flag.FOLLOWS) &&
      this.#reassembly?.has(frame.streamId) !== true &&
      !this.#peer.expects(frame.streamId)
    );
  }

  #onUncut(frame: Frame): void {
    switch (frame.type) {
      case FrameType.KEEPALIVE:
        if (frame.has(Flag.RESPOND)) return this.#echo(frame);
        this.#large?.onEcho(frame.buf, frame.metadataEnd, frame.end);
        return this.#peer.onPong();
      case FrameType.EXT:
        if (!frame.has(Flag.IGNORE))
          throw new DecodeError(
            "invalid",
            `rocket EXT frame 0x${frame.extendedType.toString(16)} that may not be ignored`,
          );
        return;
      case FrameType.CANCEL:
      case FrameType.ERROR:
        this.forget(frame.streamId);
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
    const keepsTurn = this.connection.keepsTurn();
    if (!this.#stopIfFull() && this.#peer.readsOn) return keepsTurn;
    this.#paused = true;
    this.connection.pause();
    return false;
  }

  /** As of the budget: one that was never drawn on is full when the whole process is. */
  #stopIfFull(): boolean {
    return this.#budget === undefined && !processBudget.full ? false : this.budget.stopIfFull();
  }

  /** Something was used up or sent: reads again if nothing speaks against it. */
  readOn(): void {
    if (!this.#paused || this.#stopIfFull() || !this.#peer.readsOn) return;
    this.#paused = false;
    if (this.#reassembly?.stalest !== undefined) this.#watchFragments();
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
   * still wait: `onWritten` is called with the last, or `onDropped` when there will be none.
   */
  end(start: number, onWritten?: () => void, onDropped?: () => void): boolean {
    if (this.endShort(start)) return true;
    this.#large ??= new LargeMessages(this.connection, (data) => this.ping(data));
    return this.#large.add(start, onWritten, onDropped);
  }

  /** Ends the frame if it need not be cut: nearly all, and they need no function to be told by. */
  endShort(start: number): boolean {
    if (isLarge(this.out.pos - start)) return false;
    this.connection.endFrame(start);
    return true;
  }

  /** The stream is over: what has come of a message on it is of no use. */
  forget(streamId: number): void {
    if (this.#reassembly === undefined) return;
    this.#reassembly.drop(streamId);
    this.#countFragments();
  }

  /** Drops what has not left of the stream's large message; false when nothing of it has. Then the peer need not be told. */
  dropFragments(streamId: number): boolean {
    return this.#large?.drop(streamId) ?? true;
  }

  /** Undefined when there is room for more; else a promise for it. It also resolves when the connection closes. */
  room(): Promise<void> | undefined {
    if (this.connection.hasRoom || this.connection.closed) return undefined;
    return new Promise((resolve) => (this.#roomWaiters ??= []).push(resolve));
  }

  /** The transport has sent what it had. */
  onDrain(): void {
    this.#large?.writeOn();
    if (this.connection.hasRoom) this.#wakeRoomWaiters();
    this.readOn();
  }

  /** The connection is gone. */
  close(): void {
    this.budget.close();
    this.#large?.clear();
    this.#reassembly?.clear();
    this.#fragmentWatch?.stop();
    this.#wakeRoomWaiters();
  }

  #wakeRoomWaiters(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = undefined;
    for (const wake of waiters ?? []) wake();
  }

  /** Throws when the frame that begins at `start` is larger than the peer may take: ResponseTooBig at a server. `what`: reply or item. */
  judgeSize(what: string, start: number): void {
    const bytes = this.out.pos - start - LENGTH_BYTES;
    const { maxFrameBytes } = this.limits;
    if (bytes <= maxFrameBytes) return;
    throw this.connection.side === "server"
      ? new ResponseTooBig(what, bytes, maxFrameBytes)
      : new EncodeError(what, `${bytes} bytes, limit ${maxFrameBytes}`, { delivery: "unknown" });
  }

  /** Ends a stream, or refuses its request, for a reason that has a code. */
  rpcError(streamId: number, code: ErrorCode, what: string): void {
    if (!this.connection.open) return;
    const { frameCode, error } = refusal(code, what);
    const start = this.begin();
    openError(this.out, streamId, frameCode);
    writeRpcError(this.out, error);
    this.connection.endFrame(start);
  }

  request(streamId: number, credit: number): void {
    if (!this.connection.open) return;
    if (this.connection.writing) return queueMicrotask(() => this.request(streamId, credit));
    const start = this.begin();
    writeRequestN(this.out, streamId, credit);
    this.connection.endFrame(start);
  }

  cancel(streamId: number): void {
    if (!this.connection.open) return;
    if (this.connection.writing) return queueMicrotask(() => this.cancel(streamId));
    const start = this.begin();
    writeCancel(this.out, streamId);
    this.connection.endFrame(start);
  }

  /** Ends a stream, or with stream 0 the connection, by a text. */
  errorText(streamId: number, code: number, text: string): void {
    if (!this.connection.open) return;
    if (this.connection.writing) return queueMicrotask(() => this.errorText(streamId, code, text));
    const start = this.begin();
    writeErrorText(this.out, streamId, code, text);
    this.connection.endFrame(start);
  }

  /** Asks for an echo of `data`. */
  ping(data: Buffer = EMPTY): void {
    if (!this.connection.open) return;
    const start = this.begin();
    writeKeepalive(this.out, true, data);
    this.connection.endFrame(start);
  }
}
