/** What one channel is bounded by. Knows only numbers; `connect` has the defaults. */
import { bound, milliseconds, options, patience, patienceOrNone } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import type { BackoffOptions } from "./backoff.ts";

/** How a channel waits and gives up. */
export interface ChannelLimits {
  /** Milliseconds that a call may take unless it says otherwise. Default 30,000; Infinity for no limit. */
  readonly timeoutMs: number;
  /** Milliseconds that a call waits for a connection, and that one attempt to connect may take. Default 5,000. */
  readonly connectTimeoutMs: number;
  /** Calls that may wait for a connection or for room on it; more fail with OVERLOADED. Default 65,536. */
  readonly maxQueuedCalls: number;
  readonly backoff: BackoffOptions;
  /** Items of a stream that may be on their way or wait to be read. Default 2,048. */
  readonly streamItems: number;
  /** Bytes of a stream's items that may wait to be read. Default 1 MiB. */
  readonly streamBytes: number;
}

/** What each may be, but for those that Rocket's limits have too. */
export const CHANNEL_LIMITS: OptionTable<
  Omit<Partial<ChannelLimits>, "streamItems" | "streamBytes" | "backoff"> & {
    readonly backoff?: Partial<BackoffOptions>;
  }
> = {
  timeoutMs: patience,
  connectTimeoutMs: patience,
  maxQueuedCalls: bound(1),
  backoff: options<Partial<BackoffOptions>>({ firstMs: milliseconds, maxMs: patienceOrNone }),
};
