/**
 * One transport and its life: frames leave in batches, one write a tick, and what arrives goes to a reader, as long as there is
 * room on the way back. Knows frames, not calls; its session has the conversation.
 */
import { Buffer } from "node:buffer";
import { ConnectionError, type ErrorCode } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import type { FrameReader, FrameWriter } from "../framing/framing.ts";
import { connectionClosed, connectionOpened, serverRefused } from "../observe/diagnostics.ts";
import { outside } from "../platform/async-context.ts";
import { nextTick } from "../platform/node-time.ts";
import type { PeerIdentity, Platform, Timer } from "../platform/platform.ts";
import { type Turns, type TurnTaker, turnsOf } from "../queue/turns.ts";
import type { Transport, TransportEvents } from "../transport/transport.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import type { HeldBytes, HeldKind, HeldShare } from "./held-bytes.ts";
import { giveSendBuffer, isLent, NO_BUFFER, takeSendBuffer } from "./send-buffers.ts";
import { StallWatch } from "./stall-watch.ts";

/** A batch that has grown to this leaves without waiting for the end of the tick. Measured: docs/decisions/003-flush-point.md */
export const EARLY_FLUSH_BYTES: number = 64 * 1024;
/** So does one of this many frames: the peer works on them while we write the next (bench: rpc/small/1x128). */
export const EARLY_FLUSH_FRAMES = 64;
/** What may be read between two looks at the turn, in frames; this many bytes count as one. */
const LOOK_EVERY_FRAMES = 64;
const FRAME_PER_BYTES_SHIFT = 10;
/**
 * What it costs the event loop that a connection which stood in line is read again: whether or not the turn is over by then, Node takes two
 * chunks of 64 KiB from it. Without that, forty senders of large messages had 5 MB read between two turns (`npm run torture -- 'never read'`).
 */
const READING_MS = 0.25;
/** How long a connection that ends on an error waits for the peer to read the last answer. */
const LINGER_MS = 1000;
/** Between looks for a peer that sends no more. The system asks it once a minute. */
const LOOK_FOR_PEER_MS = 30_000;

/** What every connection is bounded by. */
export interface ConnectionLimits {
  /** Bytes that may wait to be sent before new work must wait: a server stops reading, a client queues calls. Default 1 MiB. */
  readonly maxUnsentBytes: number;
  /** Milliseconds without any progress, in the middle of a frame or with bytes that the peer does not take. Default 30,000. */
  readonly stallTimeoutMs: number;
}

/** Who has the conversation on a connection. */
export interface Session {
  /** All that was written is with the transport. */
  onSent(): void;
  /** There is room for more again. */
  onDrain(): void;
  /** The peer will send no more. */
  onEnd(): void;
  /** What the peer sent cannot be read, and a server ends the connection: the last word may say why. */
  onUnreadable?(error: Error): void;
  /** Called once; nothing comes after it. */
  onClose(error: ConnectionError): void;
}

/** States: open → ending (nothing more is taken in; what was written still leaves) → ended (nothing more leaves) → closed. */
type State = "open" | "ending" | "ended" | "closed";

/** A transport with a reader on one side and a batch of frames on the other; its session is changed once, when a server knows what its client speaks. */
export class Connection implements TransportEvents, TurnTaker {
  readonly peer: string;
  /** Who the peer has proven to be, over TLS. */
  readonly identity: PeerIdentity | undefined;
  readonly side: "client" | "server";
  /** Where frames are written, between `beginFrame` and `endFrame`. */
  readonly out: ByteWriter = new ByteWriter(0);
  readonly platform: Platform;
  /** Taken with all others whose work could fill the event loop. */
  readonly turns: Turns;
  /** Bytes ended in frames since the beginning, for `sentBytes` to be compared with. */
  writtenBytes = 0;
  /** Bytes handed to the transport since the beginning. */
  sentBytes = 0;
  /** Bytes that arrived since the beginning. */
  receivedBytes = 0;
  /** When it was last used for something that needs the time, as every call does; before that, when it was made. */
  usedAt: number;
  #state: State = "open";
  readonly #transport: Transport;
  readonly #limits: ConnectionLimits;
  #framing: FrameWriter | undefined;
  #conversation: string | undefined;
  #reader: FrameReader | undefined;
  #session: Session | undefined;
  #held = true;
  #writing = false;
  #inChunk = false;
  #scheduled = false;
  /** Frames in the batch. */
  #frames = 0;
  /** The buffer that the transport has not sent yet. */
  #lent: Buffer | undefined;
  #paused = false;
  /** Stands in line for its turn; nothing is read meanwhile. */
  #inLine = false;
  /** Frames until the next look at the turn, and in which turn they are counted. */
  #unlooked = LOOK_EVERY_FRAMES;
  #countedIn = 0;
  #now = 0;
  #linger: Timer | undefined;
  /** Until a peer that sends no more is looked for again. */
  #search: Timer | undefined;
  /** Made when there is something to watch, which on most connections never happens: each saves 350 bytes (`npm run load -- idle`). */
  #stall: StallWatch | undefined;
  #cause: Error | undefined;
  readonly #heldBytes: HeldBytes | undefined;
  /** Made when there is something to count. */
  #share: HeldShare | undefined;

  /** `heldBytes`: where a server counts what its connections hold. */
  constructor(
    transport: Transport,
    side: "client" | "server",
    platform: Platform,
    limits: ConnectionLimits,
    heldBytes?: HeldBytes,
  ) {
    this.#heldBytes = heldBytes;
    this.#transport = transport;
    this.peer = transport.peer;
    this.identity = transport.identity;
    this.side = side;
    this.platform = platform;
    this.turns = turnsOf(platform);
    this.usedAt = platform.now();
    this.#limits = limits;
  }

  /** As in the connection's limits. */
  get stallTimeoutMs(): number {
    return this.#limits.stallTimeoutMs;
  }

  get open(): boolean {
    return this.#state === "open";
  }

  /** True when nothing that is written can leave any more. */
  get closed(): boolean {
    return this.#state === "closed" || this.#state === "ended";
  }

  /** Bytes written and not yet sent. */
  get unsentBytes(): number {
    return this.out.pos + (this.#lent === undefined ? 0 : this.#transport.queuedBytes);
  }

  /** False when what waits to be sent has reached its limit. */
  get hasRoom(): boolean {
    return this.#lent === undefined || this.unsentBytes < this.#limits.maxUnsentBytes;
  }

  /** Nothing waits to leave, and no frame is half here. */
  get quiet(): boolean {
    return this.open && this.unsentBytes === 0 && (this.#reader?.partialBytes ?? 0) === 0;
  }

  /** A frame is begun and not ended: what its values' getters call must not write within it. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Whether the process stays alive for this connection, as it does at first: not while it rests. */
  hold(active: boolean): void {
    if (active === this.#held) return;
    this.#held = active;
    this.#transport.hold?.(active);
  }

  /** The time, taken once a tick and once a chunk: reading the clock is a system call that a small call would feel. */
  now(): number {
    if (this.#now === 0) {
      this.#now = this.usedAt = this.platform.now();
      // Also where nothing is written after all, the end of the tick forgets it.
      this.#schedule();
    }
    return this.#now;
  }

  /** Begins, or goes on with another conversation: from now on `reader` gets what arrives. */
  start(session: Session, reader: FrameReader, framing?: FrameWriter, conversation?: string): void {
    const begun = this.#session !== undefined;
    this.#session = session;
    this.#reader = reader;
    this.#framing = framing;
    this.#conversation = conversation;
    if (connectionOpened.hasSubscribers && conversation !== undefined) {
      connectionOpened.publish({ side: this.side, peer: this.peer, conversation });
    }
    if (!begun) this.#transport.start(this);
  }

  /** Gives `bytes` to the present reader: what the one before has collected without using it. Only within `push`. */
  pass(bytes: Buffer): void {
    (this.#reader as FrameReader).push(bytes);
  }

  /** Throws INVALID_ARGUMENT for headers that cannot travel here as they are. */
  judge(headers: CallHeaders): void {
    (this.#framing as FrameWriter).judge?.(headers);
  }

  /** Begins a frame; gives what `endFrame` or `abortFrame` must get. `headers` have been judged; `seqid` is the framing's. */
  beginFrame(headers?: CallHeaders, seqid?: number): number {
    const out = this.out;
    if (out.buf === NO_BUFFER || out.buf.length === 0) out.buf = takeSendBuffer();
    this.#writing = true;
    return (this.#framing as FrameWriter).beginFrame(out, headers, seqid);
  }

  /** The frame joins this tick's batch. */
  endFrame(start: number): void {
    (this.#framing as FrameWriter).endFrame(this.out, start);
    this.#writing = false;
    const { pos } = this.out;
    this.writtenBytes += pos - start;
    if (pos >= EARLY_FLUSH_BYTES || ++this.#frames >= EARLY_FLUSH_FRAMES) this.flush();
    else this.#schedule();
  }

  /** As if the frame had never been begun. */
  abortFrame(start: number): void {
    this.#writing = false;
    this.out.pos = start;
    this.#schedule();
  }

  /** As `abortFrame`; gives the frame's bytes from `from` on, which are the caller's: a buffer that grew for them goes with them. */
  takeFrame(start: number, from: number): Buffer {
    const { out } = this;
    const { buf } = out;
    const bytes = buf.subarray(from, out.pos);
    this.abortFrame(start);
    if (isLent(buf) || bytes.length * 2 < buf.length) return Buffer.from(bytes);
    out.buf = takeSendBuffer();
    out.pos = 0;
    out.reserve(start).set(buf.subarray(0, start));
    out.pos = start;
    giveSendBuffer(buf);
    return bytes;
  }

  /** Sends bytes that are no frame of the conversation, after what was written. */
  write(bytes: Buffer): void {
    const { out } = this;
    if (out.buf === NO_BUFFER || out.buf.length === 0) out.buf = takeSendBuffer();
    out.reserve(bytes.length).set(bytes, out.pos);
    out.pos += bytes.length;
    this.writtenBytes += bytes.length;
    this.#schedule();
  }

  #schedule(): void {
    // Replies written while a chunk is worked off leave at its end.
    if (this.#inChunk || this.#scheduled) return;
    this.#scheduled = true;
    // Not in the context of the first to write: what a write begins would keep it alive, and go on in it.
    outside(Connection.#atTickEnd, this);
  }

  static #atTickEnd(connection: Connection): void {
    nextTick(Connection.#onTickEnd, connection);
  }

  static #onTickEnd(connection: Connection): void {
    connection.#scheduled = false;
    connection.flush();
  }

  /** Counts work on bytes that did not come as they are, or leave: the next look at the turn is the sooner. */
  charge(bytes: number): void {
    this.#unlooked -= bytes >> FRAME_PER_BYTES_SHIFT;
  }

  /** Hands what is written to the transport, unless that still has the last batch. */
  flush(): void {
    this.#now = 0;
    const { out } = this;
    const length = out.pos;
    this.#frames = 0;
    if (this.#state === "closed" || this.#state === "ended") return this.#dropWritten();
    if (this.#lent !== undefined) return this.#countHeld();
    const { buf } = out;
    out.buf = NO_BUFFER;
    out.pos = 0;
    if (length === 0) return giveSendBuffer(buf);
    this.sentBytes += length;
    this.charge(length);
    if (this.#transport.write(buf.subarray(0, length))) {
      giveSendBuffer(buf);
    } else {
      this.#lent = buf;
      this.#watch();
    }
    this.#session?.onSent();
    this.#countHeld();
  }

  /** Tells what this connection holds of one kind now. */
  count(kind: HeldKind, bytes: number): void {
    if (this.#share === undefined) {
      if (bytes === 0 || this.#heldBytes === undefined || this.closed) return;
      this.#share = this.#heldBytes.share((reason) => this.#evict(reason));
    }
    this.#share.set(kind, bytes);
  }

  #countHeld(): void {
    if (this.#heldBytes === undefined) return;
    const kept = this.#reader?.keptBytes ?? 0;
    if (this.#share === undefined && kept === 0 && this.#lent === undefined) return;
    this.count("partial", kept);
    this.count("replies", this.#lent === undefined ? 0 : this.#lent.length + this.out.pos);
  }

  #evict(reason: string): void {
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: this.peer, reason });
    this.destroy(new ConnectionError("OVERLOADED", reason, { delivery: "unknown", peer: this.peer }));
  }

  #dropWritten(): void {
    this.out.pos = 0;
    this.out.buf = NO_BUFFER;
  }

  onData(chunk: Buffer): void {
    if (this.#state !== "open") return;
    this.#now = 0;
    this.receivedBytes += chunk.length;
    this.#count(chunk.length);
    this.#inChunk = true;
    try {
      (this.#reader as FrameReader).push(chunk);
    } catch (error) {
      this.#onUnreadable(error as Error);
    }
    this.#afterChunk();
    // A large message fills a turn as well as many small ones do, though it ends in none of its chunks.
    if (this.#unlooked <= 0) this.#look();
  }

  /** A server's last answer is still to leave; callers that wait for answers are told at once that none can come. */
  #onUnreadable(error: Error): void {
    if (this.side === "client") return this.destroy(error);
    if (!this.#writing) this.#session?.onUnreadable?.(error);
    this.end(error);
  }

  #count(bytes: number): void {
    if (this.#countedIn !== this.turns.count) {
      this.#countedIn = this.turns.count;
      this.#unlooked = LOOK_EVERY_FRAMES;
    }
    this.charge(bytes);
  }

  /** What ends only here is read before the session hears of it. */
  #readEnd(): void {
    const reader = this.#reader;
    if (reader?.end === undefined) return;
    this.#inChunk = true;
    try {
      reader.end();
    } catch (error) {
      this.end(error as Error);
    }
    this.#afterChunk();
  }

  #afterChunk(): void {
    this.#inChunk = false;
    if (this.out.pos > 0) this.flush();
    else {
      this.#now = 0;
      this.#countHeld();
    }
    if ((this.#reader as FrameReader).partialBytes > 0) this.#watch();
  }

  /** To be asked once after each frame. False: others come first, and `onFrame` gives false; the connection goes on by itself. */
  keepsTurn(): boolean {
    return --this.#unlooked > 0 || this.#look();
  }

  #look(): boolean {
    this.#unlooked = LOOK_EVERY_FRAMES;
    if (this.#state !== "open" || !this.turns.over) return true;
    if (!this.#inLine) {
      this.#inLine = true;
      this.#transport.pause();
      this.turns.wait(this);
    }
    return false;
  }

  /** It stands in line: what was read is held back until the reader is told to resume. */
  get inLine(): boolean {
    return this.#inLine;
  }

  onTurn(): void {
    this.#inLine = false;
    if (this.#paused || this.#state !== "open") return;
    this.turns.spend(READING_MS);
    this.#readOn();
  }

  /** Stops reading until `resume`; to be called before `onFrame` gives false. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#transport.pause();
  }

  /** Reads again, first what was held back. */
  resume(): void {
    if (!this.#paused || this.#state !== "open") return;
    this.#paused = false;
    if (!this.#inLine) this.#readOn();
  }

  #readOn(): void {
    this.#inChunk = true;
    try {
      (this.#reader as FrameReader).resume();
    } catch (error) {
      this.end(error as Error);
    }
    this.#afterChunk();
    if (!this.#paused && !this.#inLine) this.#transport.resume();
  }

  onDrain(): void {
    const lent = this.#lent;
    this.#lent = undefined;
    if (lent !== undefined) giveSendBuffer(lent);
    this.flush();
    this.#countHeld();
    if (this.#state === "ending") {
      if (this.#lent === undefined) this.#finish();
    } else if (this.hasRoom) this.#session?.onDrain();
  }

  onEnd(): void {
    if (this.#state !== "open") return this.#transport.destroy();
    this.#readEnd();
    this.#session?.onEnd();
    if (this.#state === "open" && this.#transport.probe !== undefined) this.#lookForPeer();
  }

  /** A peer that has closed looks like one that only sends no more, until the system has asked: handlers would never know. */
  #lookForPeer(): void {
    this.#search = this.platform.startTimer(LOOK_FOR_PEER_MS, false, () => this.#lookForPeer());
    this.#transport.probe?.();
  }

  onClose(cause?: Error): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stall?.stop();
    this.#share?.close();
    if (this.#linger !== undefined) this.platform.stopTimer(this.#linger);
    if (this.#search !== undefined) this.platform.stopTimer(this.#search);
    const error = this.#closeError(cause ?? this.#cause);
    this.#dropWritten();
    this.#session?.onClose(error);
    if (connectionClosed.hasSubscribers) {
      connectionClosed.publish({
        side: this.side,
        peer: this.peer,
        conversation: this.#conversation,
        error: this.#cause ?? cause,
        sentBytes: this.sentBytes,
        receivedBytes: this.receivedBytes,
      });
    }
  }

  #closeError(cause: Error | undefined): ConnectionError {
    const never = neverStood(cause);
    const told = never ? cause : this.#cause;
    const code: ErrorCode = told instanceof ConnectionError ? told.code : "CONNECTION_LOST";
    const why = cause === undefined ? "peer closed it" : cause.message;
    return new ConnectionError(code, `connection to ${this.peer} lost: ${why}`, {
      delivery: never ? "unsent" : "unknown",
      peer: this.peer,
      ...(cause && { cause }),
    });
  }

  /** Ends the conversation: takes nothing more in, lets what was written leave, then closes. `cause` is what waiting calls are told. */
  end(cause?: Error): void {
    if (this.#state !== "open") return;
    this.#cause = cause;
    this.#state = "ending";
    this.#transport.resume();
    if (this.#lent === undefined) this.flush();
    if (this.#lent === undefined) this.#finish();
  }

  #finish(): void {
    this.#state = "ended";
    this.#transport.end();
    // Closing at once could reset the connection before the peer has read the last answer.
    this.#linger = this.platform.startTimer(LINGER_MS, false, () => this.#transport.destroy());
  }

  /** Closes at once; what was not sent is lost. */
  destroy(cause?: Error): void {
    this.#cause ??= cause;
    if (this.#state !== "closed") this.#state = "ended";
    this.#transport.destroy(cause);
  }

  #watch(): void {
    this.#stall ??= new StallWatch(
      this.platform,
      this.#limits.stallTimeoutMs,
      () => this.#progress(),
      () => this.#onStall(),
    );
    this.#stall.watch();
  }

  /** What moves while the peer does its part; undefined while nothing is expected of it. */
  #progress(): number | undefined {
    const sending = this.#lent !== undefined;
    const receiving = !this.#paused && this.#state === "open" && (this.#reader?.partialBytes ?? 0) > 0;
    if (!sending && !receiving) return undefined;
    return (sending ? this.sentBytes - this.#transport.queuedBytes : 0) + (receiving ? this.receivedBytes : 0);
  }

  #onStall(): void {
    const what = this.#lent === undefined ? "the rest of a frame did not come" : "peer does not read";
    this.destroy(
      new ConnectionError("CONNECTION_LOST", `${what} for ${this.#limits.stallTimeoutMs} ms`, { peer: this.peer }),
    );
  }
}

/** What a transport says that took bytes before it knew whether the peer would have them, and learned that it will not. */
function neverStood(cause: Error | undefined): boolean {
  return cause instanceof ConnectionError && cause.code === "CONNECT_FAILED" && cause.delivery === "unsent";
}
