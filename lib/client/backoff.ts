/**
 * How long to wait before the next attempt to connect: doubling, with jitter, so that clients which lost a server together do not
 * come back together. Knows only numbers.
 */

/** Where the waits begin and end. */
export interface BackoffOptions {
  /** Milliseconds after the first failure. Default 100. */
  readonly firstMs: number;
  /** Longest wait in milliseconds. Default 3,000. */
  readonly maxMs: number;
}

/** Milliseconds to wait after `attempts` failures in a row; `random` in [0, 1) spreads it over the upper half. */
export function backoffMs(attempts: number, random: number, options: BackoffOptions): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempts - 1, 30));
  return full * (0.5 + random / 2);
}
