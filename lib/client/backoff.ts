/**
 * How long to wait before the next attempt to connect: doubling, with jitter, so that clients which lost a server together do not
 * come back together. Knows only numbers.
 */
import { badOption } from "../options/options.ts";

/** Where the waits begin and end. */
export interface BackoffOptions {
  /** Milliseconds after the first failure. Default 100, or `maxMs` where that is less. */
  readonly firstMs: number;
  /** Longest wait in milliseconds; Infinity lets it double without end. Default 3,000, or `firstMs` where that is more. */
  readonly maxMs: number;
}

/** The options with their defaults. Throws CONFIGURATION where the first wait would be longer than the longest. */
export function withDefaultBackoff({ firstMs, maxMs }: Partial<BackoffOptions> = {}): BackoffOptions {
  if (firstMs !== undefined && maxMs !== undefined && firstMs > maxMs)
    throw badOption("backoff.firstMs", `at most maxMs, ${maxMs}`, firstMs);
  return { firstMs: firstMs ?? Math.min(100, maxMs ?? 100), maxMs: maxMs ?? Math.max(3_000, firstMs ?? 0) };
}

/** Milliseconds to wait after `attempts` failures in a row; `random` in [0, 1) spreads it over the upper half. */
export function backoffMs(attempts: number, random: number, options: BackoffOptions): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempts - 1, 30));
  return full * (0.5 + random / 2);
}
