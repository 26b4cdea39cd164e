/**
 * What a client reads: frames of what it speaks, once the first bytes have shown that they may be some. A server that speaks another
 * protocol is told by its name, not by the length that its first letters would make. Knows no frame.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import { detect, type Opening } from "./detect.ts";
import { answersForeignTo, type ForeignAnswer } from "./foreign-answers.ts";
import type { FrameReader } from "./framing.ts";

/** Looks at the first bytes, then hands everything to `frames`. */
export class AnswerReader implements FrameReader {
  readonly #frames: FrameReader;
  readonly #expected: string;
  readonly #foreign: readonly Opening<ForeignAnswer>[];
  /** Held until they can be judged; undefined when they were. */
  #first: Buffer | undefined = Buffer.alloc(0);

  /** `spoken`: what the client speaks, by the framing's name; answers to a framing that is not known here are not looked at. */
  constructor(frames: FrameReader, spoken: string) {
    const { expected, foreign } = answersForeignTo(spoken);
    this.#frames = frames;
    this.#expected = expected;
    this.#foreign = foreign;
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
    const found = detect(this.#foreign, bytes, bytes.length);
    if (found === "more") {
      this.#first = bytes;
      return;
    }
    if (found !== undefined)
      throw new DecodeError(
        "invalid",
        `expected ${this.#expected}, but this looks like ${found.leadsTo.looksLike}: see the option '${found.leadsTo.option}'`,
      );
    this.#first = undefined;
    this.#frames.push(bytes);
  }

  end(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined && first.length > 0) this.#frames.push(first);
    this.#frames.end?.();
  }

  resume(): void {
    this.#frames.resume();
  }
}
