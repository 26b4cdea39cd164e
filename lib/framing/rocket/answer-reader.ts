/**
 * What a client of Rocket reads: frames, once the first bytes have shown that they may be some. A server that speaks another
 * protocol is told by its name, not by the length that its first letters would make. Knows no frame.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors.ts";
import { detect, foreignAnswers } from "../detect.ts";
import type { FrameReader } from "../framing.ts";

const FOREIGN = foreignAnswers();

/** Looks at the first bytes, then hands everything to `frames`. */
export class AnswerReader implements FrameReader {
  readonly #frames: FrameReader;
  /** Held until they can be judged; undefined when they were. */
  #first: Buffer | undefined = Buffer.alloc(0);

  constructor(frames: FrameReader) {
    this.#frames = frames;
  }

  get partialBytes(): number {
    return (this.#first?.length ?? 0) + this.#frames.partialBytes;
  }

  get keptBytes(): number {
    return (this.#first?.length ?? 0) + this.#frames.keptBytes;
  }

  push(chunk: Buffer): void {
    if (this.#first === undefined) return this.#frames.push(chunk);
    const bytes = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    const found = detect(FOREIGN, bytes, bytes.length);
    if (found === "more") {
      this.#first = bytes;
      return;
    }
    if (found !== undefined)
      throw new DecodeError(
        "invalid",
        `expected Rocket, but this looks like ${found.leadsTo}: see the option 'protocol'`,
      );
    this.#first = undefined;
    this.#frames.push(bytes);
  }

  resume(): void {
    this.#frames.resume();
  }
}
