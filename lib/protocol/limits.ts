/** Sizes and depth that a peer may use, with their defaults. Each is checked before memory is taken for what it bounds. */
import { bound, whole } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";

/** Bytes of a frame, a message or a string unless the user says otherwise: the default of Apache's framed transports. */
export const DEFAULT_MAX_FRAME_BYTES = 16_384_000;
/** Structs and containers inside one another; Apache's skip has the same limit. */
export const DEFAULT_MAX_DEPTH = 64;

export interface Limits {
  /** Longest message in bytes. Default 16,384,000; a server's is below 218,103,808. */
  readonly maxFrameBytes: number;
  /** Longest string or binary in bytes. Default: `maxFrameBytes`. */
  readonly maxStringBytes: number;
  /** Deepest nesting of structs and containers together. Default 64, at most 1,000. */
  readonly maxDepth: number;
  /**
   * Bytes of memory, about, that the values of one message may take once they are decoded: an empty struct is one byte on the wire.
   * Default 268,435,456, at most 2,147,483,647.
   */
  readonly maxValueBytes: number;
}

/** Nesting that the stack has room for, below the caller. */
const MOST_DEPTH = 1_000;
/** What a length of 32 bits can say. */
const MOST_FRAME_BYTES = 0x7fff_ffff;
/** About what V8's heap can hold. */
const MOST_VALUE_BYTES = 0x7fff_ffff;

/** What each may be. */
export const LIMITS: OptionTable<Limits> = {
  maxFrameBytes: whole(1, MOST_FRAME_BYTES),
  maxStringBytes: bound(1),
  maxDepth: whole(1, MOST_DEPTH),
  maxValueBytes: whole(1, MOST_VALUE_BYTES),
};

/** The limits in `chosen`, the rest by default. */
export function withDefaultLimits(chosen: Partial<Limits> = {}): Limits {
  const maxFrameBytes = chosen.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
  return {
    maxFrameBytes,
    maxStringBytes: chosen.maxStringBytes ?? maxFrameBytes,
    maxDepth: chosen.maxDepth ?? DEFAULT_MAX_DEPTH,
    maxValueBytes: chosen.maxValueBytes ?? 256 << 20,
  };
}
