/** What one server admits, with its defaults. Knows only numbers. */
import type { AdmissionLimits } from "../call/admission-limits.ts";
import type { ConnectionLimits } from "../connection/connection.ts";
import { bound, part, patience, patienceOrNone } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import { type Limits, withDefaultLimits } from "../protocol/limits.ts";
import { type RocketLimits, withDefaultRocketLimits } from "../session/rocket/limits.ts";

export interface ServeLimits extends AdmissionLimits, ConnectionLimits, Limits, RocketLimits {
  /**
   * Bytes that all connections together make the server hold: messages that are not all there, replies that are not read, zlib streams.
   * At more, the connection that holds most is ended. Default 256 MiB.
   */
  readonly maxHeldBytes: number;
  /** Open connections; for one more the oldest that has said nothing yet is closed, or the one that has rested longest, or else the new one. Default 10,000. */
  readonly maxConnections: number;
  /** Milliseconds in which a client must have shown what it speaks. Default 10,000. */
  readonly openingTimeoutMs: number;
}

/** What each may be that only a server has. */
export const SERVER_LIMITS: OptionTable<Omit<ServeLimits, keyof (ConnectionLimits & Limits & RocketLimits)>> = {
  maxConnectionCalls: bound(1),
  maxCalls: bound(1),
  maxAllStreams: bound(0),
  maxRunningCalls: bound(1),
  queueTimeoutMs: patienceOrNone,
  streamCreditTimeoutMs: patience,
  crowdedCreditTimeoutMs: patienceOrNone,
  streamIdleTimeoutMs: patience,
  crowdedIdleTimeoutMs: patienceOrNone,
  maxConnectionRequestBytes: bound(1),
  maxRequestBytes: bound(1),
  maxHostShare: part,
  maxHeldBytes: bound(1),
  maxConnections: bound(1),
  openingTimeoutMs: patience,
};

/** The limits in `chosen`, the rest by default. */
export function withDefaultServeLimits(chosen: Partial<ServeLimits>): ServeLimits {
  return {
    ...withDefaultLimits(chosen),
    ...withDefaultRocketLimits(chosen),
    maxUnsentBytes: chosen.maxUnsentBytes ?? 1 << 20,
    stallTimeoutMs: chosen.stallTimeoutMs ?? 30_000,
    maxConnectionCalls: chosen.maxConnectionCalls ?? 32_768,
    maxCalls: chosen.maxCalls ?? 65_536,
    maxAllStreams: chosen.maxAllStreams ?? 65_536,
    streamCreditTimeoutMs: chosen.streamCreditTimeoutMs ?? 300_000,
    crowdedCreditTimeoutMs: chosen.crowdedCreditTimeoutMs ?? 30_000,
    streamIdleTimeoutMs: chosen.streamIdleTimeoutMs ?? Number.POSITIVE_INFINITY,
    crowdedIdleTimeoutMs: chosen.crowdedIdleTimeoutMs ?? 300_000,
    maxRunningCalls: chosen.maxRunningCalls ?? Number.POSITIVE_INFINITY,
    queueTimeoutMs: chosen.queueTimeoutMs ?? 5_000,
    maxConnectionRequestBytes: chosen.maxConnectionRequestBytes ?? 32 << 20,
    maxRequestBytes: chosen.maxRequestBytes ?? 256 << 20,
    maxHostShare: chosen.maxHostShare ?? 0.5,
    maxHeldBytes: chosen.maxHeldBytes ?? 256 << 20,
    maxConnections: chosen.maxConnections ?? 10_000,
    openingTimeoutMs: chosen.openingTimeoutMs ?? 10_000,
  };
}
