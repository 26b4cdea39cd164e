/**
 * Reads the frames of a session that may stop within one, as a frame can hold any number of messages: the rest of it comes before
 * the next. Knows no messages.
 */
import type { Buffer } from "node:buffer";
import type { FrameReader } from "../framing/framing.ts";

/** A session that has given false for a frame that it has not read to its end. */
export interface PartReader {
  /** Goes on in the frame, if one is unfinished. False: bring no more before `resume`. */
  finishFrame(): boolean;
}

/** Stands before the reader that cuts the frames. */
export class FramesInParts implements FrameReader {
  readonly #frames: FrameReader;
  readonly #session: PartReader;

  constructor(frames: FrameReader, session: PartReader) {
    this.#frames = frames;
    this.#session = session;
  }

  get partialBytes(): number {
    return this.#frames.partialBytes;
  }

  get keptBytes(): number {
    return this.#frames.keptBytes;
  }

  push(chunk: Buffer): void {
    this.#frames.push(chunk);
  }

  resume(): void {
    if (this.#session.finishFrame()) this.#frames.resume();
  }
}
