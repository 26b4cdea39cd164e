/** What one Rocket connection is bounded by, with its defaults. Knows only numbers. */
import { bound, patience, whole } from "../../options/kinds.ts";
import type { OptionTable } from "../../options/options.ts";

export interface RocketLimits {
  /** Items of a stream that may be on their way or wait to be read; 100 until its reader has waited for more. Default 2,048. */
  readonly streamItems: number;
  /** Bytes of a stream's items that may wait to be read; credit is given only for what fits. Default 1 MiB. */
  readonly streamBytes: number;
  /** Bytes of items that may wait on one connection before it is not read any more. Default 16 MiB. */
  readonly connectionBytes: number;
  /** Streams, sinks and bidirectional calls open at a time on one connection; more are refused. Default 16,384. */
  readonly maxStreams: number;
  /** Milliseconds without a whole frame after which a ping is sent; as long again without one, and the connection is given up. Default 30,000; Infinity for never. */
  readonly keepaliveMs: number;
  /** Bytes from which payloads are compressed where the peer can undo it; Infinity for never. Default Infinity for requests, and 1,024 for replies whose caller asked. */
  readonly compressFromBytes: number;
}

/** Credit is a number of 31 bits. */
const MOST_CREDIT = 0x7fff_ffff;

/** What each may be. */
export const ROCKET_LIMITS: OptionTable<RocketLimits> = {
  streamItems: whole(1, MOST_CREDIT),
  streamBytes: bound(1),
  connectionBytes: bound(1),
  maxStreams: bound(0),
  keepaliveMs: patience,
  compressFromBytes: bound(0),
};

/** The limits in `chosen`, the rest by default. */
export function withDefaultRocketLimits(chosen: Partial<RocketLimits> = {}): RocketLimits {
  return {
    streamItems: chosen.streamItems ?? 2048,
    streamBytes: chosen.streamBytes ?? 1 << 20,
    connectionBytes: chosen.connectionBytes ?? 16 << 20,
    maxStreams: chosen.maxStreams ?? 16_384,
    keepaliveMs: chosen.keepaliveMs ?? 30_000,
    compressFromBytes: chosen.compressFromBytes ?? Number.POSITIVE_INFINITY,
  };
}
