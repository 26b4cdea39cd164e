/**
 * The large messages of one connection on their way out: cut into pieces that take turns, sent ahead no further than pacing allows, so that
 * small messages find their way between them. Knows the connection and frames, not calls.
 */
import type { Buffer } from "node:buffer";
import type { Connection } from "../../connection/connection.ts";
import { FRAGMENT_BYTES, FragmentQueue } from "../../framing/rocket/fragment-queue.ts";
import { Frame } from "../../framing/rocket/frame.ts";
import { Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import { readFrame } from "../../framing/rocket/read-frame.ts";
import { Pacing } from "./pacing.ts";

/** Head, credit and metadata of any usual frame: what a frame may have beside a payload that need not be cut. */
const FRAME_MARGIN_BYTES = 1024;
/** Pieces are written while less than this waits to be sent. */
const PIECES_AHEAD_BYTES = 4 * FRAGMENT_BYTES;

/** Whether a frame of this many bytes is to be cut. */
export function isLarge(bytes: number): boolean {
  return bytes > FRAGMENT_BYTES + FRAME_MARGIN_BYTES;
}

/** Made for a connection with its first large message. */
export class LargeMessages {
  readonly #connection: Connection;
  readonly #ping: (data: Buffer) => void;
  readonly #pieces = new FragmentQueue();
  readonly #pacing: Pacing;

  /** `ping` asks the peer for an echo, which `onEcho` is to be given. */
  constructor(connection: Connection, ping: (data: Buffer) => void) {
    this.#connection = connection;
    this.#ping = ping;
    this.#pacing = new Pacing(connection.platform, () => this.#goOn());
  }

  /** Bytes of messages that have still to leave. */
  get bytes(): number {
    return this.#pieces.bytes;
  }

  /** Messages of which something has still to leave. */
  get size(): number {
    return this.#pieces.size;
  }

  /**
   * Takes the frame that begins at `start` of the batch out of it, to send it in pieces. True when there was room for all at once, else
   * `onWritten` is called with the last, or `onDropped` when there will be none.
   */
  add(start: number, onWritten: (() => void) | undefined, onDropped: (() => void) | undefined): boolean {
    const { out, writtenBytes } = this.#connection;
    const frame = new Frame();
    readFrame(frame, out.buf, start + 3, out.pos);
    const { streamId, type, credit, metadataStart, metadataEnd } = frame;
    let whole = false;
    const written = (): void => {
      whole = true;
      onWritten?.();
    };
    if (this.#pieces.size === 0) this.#pacing.begin(writtenBytes);
    this.#pieces.add({
      streamId,
      type,
      flags: frame.flags & (Flag.NEXT | Flag.COMPLETE),
      credit,
      bytes: this.#connection.takeFrame(start, metadataStart),
      metadataBytes: metadataEnd - metadataStart,
      onWritten: written,
      onDropped,
    });
    // The ids of requests grow in the order in which they leave, so none waits with its first piece.
    if (type !== FrameType.PAYLOAD) this.#writePiece(true);
    this.writeOn();
    return whole;
  }

  #count(): void {
    this.#connection.count("pieces", this.#pieces.bytes);
  }

  /** Writes pieces as long as there is room. */
  writeOn(): void {
    while (this.#pieces.size > 0 && this.#hasRoom()) this.#writePiece(false);
    this.#count();
  }

  #hasRoom(): boolean {
    const { open, unsentBytes, writtenBytes } = this.#connection;
    return open && unsentBytes < PIECES_AHEAD_BYTES && this.#pacing.allows(writtenBytes);
  }

  #writePiece(newest: boolean): void {
    this.#connection.beginFrame();
    this.#pieces.writeNext(this.#connection.out, this.#connection, newest);
    this.#pace();
  }

  #pace(): void {
    const { writtenBytes } = this.#connection;
    if (this.#pacing.pingsAt(writtenBytes, this.#pieces.size === 0)) this.#ping(this.#pacing.ping(writtenBytes));
  }

  /** A ping was answered; bytes [start, end) are what it carried. */
  onEcho(buf: Buffer, start: number, end: number): void {
    this.#pacing.onEcho(buf, start, end, this.#connection.writtenBytes);
  }

  /** What the peer has read is known anew. */
  #goOn(): void {
    if (this.#pieces.size === 0) return;
    // What left before it was known that the peer answers has no ping after it.
    this.#pace();
    this.writeOn();
  }

  /** Forgets what has not left of the stream's message; false when nothing of it has: then the peer need not be told. */
  drop(streamId: number): boolean {
    if (!this.#pieces.has(streamId)) return true;
    const whole = this.#pieces.drop(streamId);
    this.#count();
    return whole;
  }

  /** The connection is gone. */
  clear(): void {
    this.#pieces.clear();
    this.#pacing.stop();
  }
}
