/**
 * Large messages on their way out, cut and sent in turn so that none holds up the others: one fragment of each, round and
 * round. Knows the fragment rules; when a fragment goes out is the connection's decision.
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { openFrame, writeBytes, writeU24, writeU32 } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";

/** Messages whose metadata and data are larger are cut into pieces of this size. */
export const FRAGMENT_BYTES = 65_536;

/** A whole message that waits to be cut. */
export interface LargeMessage {
  readonly streamId: number;
  readonly type: number;
  /** N and C as the whole message has them. */
  readonly flags: number;
  /** For REQUEST_STREAM and REQUEST_CHANNEL, else 0. */
  readonly credit: number;
  /** Metadata, then data; owned by the queue until the last fragment is written. */
  readonly bytes: Buffer;
  readonly metadataBytes: number;
  /** Called when the last fragment has joined the batch. */
  readonly onWritten?: () => void;
  /** Called instead when the message is dropped before that. */
  readonly onDropped?: (() => void) | undefined;
}

/** Who closes the frame that begins at `start`. */
export interface FrameEnd {
  endFrame(start: number): void;
}

interface Cutting {
  readonly message: LargeMessage;
  pos: number;
}

export class FragmentQueue {
  #waiting: Cutting[] = [];
  #next = 0;
  #bytes = 0;

  /** Bytes not yet written. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(message: LargeMessage): void {
    this.#waiting.push({ message, pos: 0 });
    this.#bytes += message.bytes.length;
  }

  /** Writes the next fragment of the message whose turn it is; `frames` closes it; `newest`: it is the turn of what was added last. False when nothing waits. */
  writeNext(w: ByteWriter, frames: FrameEnd, newest = false): boolean {
    if (newest) this.#next = this.#waiting.length - 1;
    else if (this.#next >= this.#waiting.length) this.#next = 0;
    const cutting = this.#waiting[this.#next];
    if (cutting === undefined) return false;
    const from = cutting.pos;
    frames.endFrame(writeFragment(w, cutting));
    this.#bytes -= cutting.pos - from;
    if (cutting.pos < cutting.message.bytes.length) this.#next++;
    else {
      this.#waiting.splice(this.#next, 1);
      cutting.message.onWritten?.();
    }
    return true;
  }

  /** Forgets the messages of a stream that has ended; true if there was one of which a fragment is already out. */
  drop(streamId: number): boolean {
    let begun = false;
    this.#waiting = this.#waiting.filter(({ message, pos }) => {
      if (message.streamId !== streamId) return true;
      begun ||= pos > 0;
      this.#bytes -= message.bytes.length - pos;
      message.onDropped?.();
      return false;
    });
    return begun;
  }

  /** Forgets all messages: the connection is gone. */
  clear(): void {
    const dropped = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    for (const { message } of dropped) message.onDropped?.();
  }

  /** True while a message of the stream waits: what follows it on that stream must wait too. */
  has(streamId: number): boolean {
    return this.#waiting.some(({ message }) => message.streamId === streamId);
  }
}

/** Returns where the frame begins; its length is still to be filled in. */
function writeFragment(w: ByteWriter, cutting: Cutting): number {
  const { message } = cutting;
  const first = cutting.pos === 0;
  const end = Math.min(message.bytes.length, cutting.pos + FRAGMENT_BYTES);
  const last = end === message.bytes.length;
  const metadataBytes = Math.max(0, Math.min(end, message.metadataBytes) - cutting.pos);
  const start = openFrame(
    w,
    message.streamId,
    first ? message.type : FrameType.PAYLOAD,
    fragmentFlags(message, first, last, metadataBytes > 0),
  );
  if (first && message.credit > 0) writeU32(w, message.credit);
  if (metadataBytes > 0) {
    writeU24(w.reserve(3), w.pos, metadataBytes);
    w.pos += 3;
  }
  writeBytes(w, message.bytes, cutting.pos, end);
  cutting.pos = end;
  return start;
}

/** N stands on every PAYLOAD fragment, for C++ clients refuse one without N and C; C only where the message is over. */
function fragmentFlags(message: LargeMessage, first: boolean, last: boolean, metadata: boolean): number {
  const whole = message.type === FrameType.PAYLOAD ? last : first;
  return (whole ? message.flags : Flag.NEXT) | (last ? 0 : Flag.FOLLOWS) | (metadata ? Flag.METADATA : 0);
}
