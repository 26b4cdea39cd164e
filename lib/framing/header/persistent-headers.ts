/**
 * fbthrift's persistent headers: sent once, valid for all later frames of their connection. They are kept once, and stand beneath
 * the headers of each frame without being copied. Knows no bytes.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../call-headers.ts";

/** On one connection, from one side. */
export const MAX_PERSISTENT_HEADERS = 128;
/** Names and values of all of them, in UTF-8. */
export const MAX_PERSISTENT_BYTES = 65_536;
/** Frames that may change them: each makes a copy, which the calls that came with it hold. */
export const MAX_PERSISTENT_CHANGES = 1_000;

const NONE: CallHeaders = new Map();

/** Those of one connection, from one side. */
export class PersistentHeaders {
  /** Replaced, never changed: earlier calls go on seeing what was there when they came. */
  #all: CallHeaders = NONE;
  #changes = 0;

  /** Keeps `more`. Throws DecodeError when a limit is passed. */
  add(more: CallHeaders): void {
    if (!this.#isNew(more)) return;
    if (++this.#changes > MAX_PERSISTENT_CHANGES)
      throw new DecodeError(
        "limit",
        `persistent headers changed ${this.#changes} times, limit ${MAX_PERSISTENT_CHANGES}`,
      );
    const all = new Map([...this.#all, ...more]);
    if (all.size > MAX_PERSISTENT_HEADERS)
      throw new DecodeError("limit", `${all.size} persistent headers, limit ${MAX_PERSISTENT_HEADERS}`);
    let bytes = 0;
    for (const [name, value] of all) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (bytes > MAX_PERSISTENT_BYTES)
      throw new DecodeError("limit", `persistent headers of ${bytes} bytes, limit ${MAX_PERSISTENT_BYTES}`);
    this.#all = all;
  }

  #isNew(more: CallHeaders): boolean {
    for (const [name, value] of more) if (this.#all.get(name) !== value) return true;
    return false;
  }

  /** `headers`, with those that are kept beneath them. */
  beneath(headers: CallHeaders): CallHeaders {
    return this.#all.size === 0 ? headers : new LayeredHeaders(headers, this.#all);
  }
}

/** A map of its own entries, which hide those beneath. What is set or deleted in it changes nothing beneath. */
class LayeredHeaders extends Map<string, string> {
  readonly #beneath: CallHeaders;

  constructor(own: CallHeaders, beneath: CallHeaders) {
    super(own);
    this.#beneath = beneath;
  }

  override get size(): number {
    let hidden = 0;
    for (const name of super.keys()) if (this.#beneath.has(name)) hidden++;
    return super.size + this.#beneath.size - hidden;
  }

  override get(name: string): string | undefined {
    return super.get(name) ?? this.#beneath.get(name);
  }

  override has(name: string): boolean {
    return super.has(name) || this.#beneath.has(name);
  }

  override *entries(): MapIterator<[string, string]> {
    for (const entry of this.#beneath) if (!super.has(entry[0])) yield entry;
    yield* super.entries();
  }

  override *keys(): MapIterator<string> {
    for (const [name] of this) yield name;
  }

  override *values(): MapIterator<string> {
    for (const [, value] of this) yield value;
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  override forEach(visit: (value: string, name: string, map: Map<string, string>) => void, self?: unknown): void {
    for (const [name, value] of this) visit.call(self, value, name, this);
  }
}
