/**
 * How it is found out by its first bytes what a connection speaks: a table of openings, which the protocol families bring. Never waits
 * for bytes that a legal opener may not send. Knows no family.
 */
import type { Buffer } from "node:buffer";

/** What an opening says of the bytes so far. */
export type Verdict = "yes" | "no" | "more";

/** One row of the table: how a conversation may begin and what it leads to. */
export interface Opening<T> {
  readonly name: string;
  /** Judges the `length` bytes at the start of `bytes`; at least one is there. */
  test(bytes: Buffer, length: number): Verdict;
  readonly leadsTo: T;
}

/** The first row that matches; "more" while one still may; undefined when none can. */
export function detect<T>(
  openings: readonly Opening<T>[],
  bytes: Buffer,
  length: number,
): Opening<T> | "more" | undefined {
  let open = false;
  for (const opening of openings) {
    const verdict = opening.test(bytes, length);
    // A later row may not overtake one that is still undecided.
    if (verdict === "yes" && !open) return opening;
    open ||= verdict !== "no";
  }
  return open ? "more" : undefined;
}

/** A test of single bytes: undefined means any. */
export type BytePattern = readonly (((byte: number) => boolean) | undefined)[];

/** A row that tests byte by byte. */
export function opening<T>(name: string, pattern: BytePattern, leadsTo: T): Opening<T> {
  return { name, test: (bytes, length) => testPattern(pattern, bytes, length), leadsTo };
}

/** Judges byte by byte: "no" at the first that does not fit, "more" while they end too early. */
export function testPattern(pattern: BytePattern, bytes: Buffer, length: number): Verdict {
  for (let i = 0; i < pattern.length; i++) {
    if (i >= length) return "more";
    if (pattern[i]?.(bytes[i] as number) === false) return "no";
  }
  return "yes";
}

/** Exactly this byte. */
export const is =
  (value: number) =>
  (byte: number): boolean =>
    byte === value;

/** A byte of which the bits in `mask` have this value. */
export const masked =
  (mask: number, value = 0) =>
  (byte: number): boolean =>
    (byte & mask) === value;

/** These characters. */
export const text = (start: string): BytePattern => [...start].map((character) => is(character.charCodeAt(0)));

/** First byte of a frame's length: positive, and below the 218 MB that other openings would need. */
const lengthByte = (byte: number): boolean => byte < 0x0d;

/** A frame's length must not look like the first bytes of another conversation. */
export const MAX_FRAME_BYTES = 0x0d00_0000;

/** The length before a frame. */
export const FRAME_LENGTH: BytePattern = [lengthByte, undefined, undefined, undefined];
