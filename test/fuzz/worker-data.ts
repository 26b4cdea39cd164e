/** What a fuzzing thread and its parent tell each other. */
import { Buffer } from "node:buffer";

export interface Order {
  /** What is fuzzed: decoders by bytes, or the public API by stories. */
  readonly group: "bytes" | "api";
  readonly seed: number;
  readonly seconds: number;
  /** Regular expression over names of targets; of stories, over steps that are left out. */
  readonly pattern: string;
  readonly shared: SharedArrayBuffer;
}

export type Report =
  | { readonly kind: "ready"; readonly targets: readonly string[] }
  | { readonly kind: "found"; readonly target: string; readonly bytes: Uint8Array; readonly error: string }
  | { readonly kind: "done" };

const HEAD_BYTES = 12;
const MAX_BYTES = 1 << 18;

/** What is tried now, and how many tries there were: readable while the thread that writes it hangs. */
export class SharedInput {
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#head = new Int32Array(shared, 0, HEAD_BYTES / 4);
    this.#bytes = new Uint8Array(shared, HEAD_BYTES);
  }

  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD_BYTES + MAX_BYTES);
  }

  set(target: number, bytes: Buffer): void {
    const length = Math.min(bytes.length, this.#bytes.length);
    this.#bytes.set(bytes.subarray(0, length));
    this.#head[1] = target;
    this.#head[2] = length;
    this.#head[0]!++;
  }

  get tries(): number {
    return this.#head[0]!;
  }

  get now(): { readonly target: number; readonly bytes: Buffer } {
    return { target: this.#head[1]!, bytes: Buffer.from(this.#bytes.subarray(0, this.#head[2])) };
  }
}
