/**
 * Attempts to connect: one at a time, with back-off after those that failed. Knows neither calls nor what is said on a connection.
 *
 *     resting → dialing → resting (connected), or waiting → dialing while somebody wants a connection
 */
import { types } from "node:util";
import { clientDial } from "../observe/diagnostics.ts";
import { thing } from "../options/kinds.ts";
import { outside } from "../platform/async-context.ts";
import type { Platform, Timer } from "../platform/platform.ts";
import type { Dialer, Transport } from "../transport/transport.ts";
import { backoffMs } from "./backoff.ts";
import type { ChannelLimits } from "./channel-limits.ts";

/** Dialers are the user's: what one gives is looked at before it is used. */
const TRANSPORT = thing<Transport>("a transport", {
  start: "function",
  write: "function",
  end: "function",
  destroy: "function",
  pause: "function",
  resume: "function",
});

/** Who wants connections. */
export interface DialingOwner {
  onTransport(transport: Transport): void;
  /** An attempt has failed. True: somebody still waits. */
  onDialFailed(error: Error): boolean;
}

export class Dialing {
  readonly target: string;
  /** Why there is no connection; undefined once there was one. */
  lastFailure: Error | undefined = undefined;
  readonly #dialer: Dialer;
  readonly #platform: Platform;
  readonly #limits: ChannelLimits;
  readonly #owner: DialingOwner;
  #state: "resting" | "waiting" | "dialing" | "stopped" = "resting";
  /** In a row. */
  #failures = 0;
  #retryAt = 0;
  #attempt: AbortController | undefined;
  #timer: Timer | undefined;

  constructor(dialer: Dialer, platform: Platform, limits: ChannelLimits, owner: DialingOwner) {
    this.target = dialer.target;
    this.#dialer = dialer;
    this.#platform = platform;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** Dials at once, but not more often than back-off begins with. Does nothing when it is at it. */
  begin(): void {
    if (this.#state !== "resting") return;
    const now = this.#platform.now();
    // Sockets live longer than the call that they are opened for, and must not keep its async context.
    if (now >= this.#retryAt) void outside(() => this.#dial());
    else outside(() => this.#dialIn(this.#retryAt - now));
  }

  #dialIn(delayMs: number): void {
    this.#state = "waiting";
    this.#timer = this.#platform.startTimer(delayMs, true, () => void this.#dial());
  }

  async #dial(): Promise<void> {
    this.#state = "dialing";
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { connectTimeoutMs } = this.#limits;
    const timer = this.#platform.startTimer(connectTimeoutMs, true, () =>
      attempt.abort(new Error(`no connection within ${connectTimeoutMs} ms`)),
    );
    try {
      this.#succeed(TRANSPORT.read(await this.#dialer.dial(this.#platform, attempt.signal), "the dialer's promise"));
    } catch (error) {
      this.#fail(asError(error));
    } finally {
      this.#platform.stopTimer(timer);
    }
  }

  #succeed(transport: Transport): void {
    if (this.#state !== "dialing") return transport.destroy();
    this.#state = "resting";
    this.lastFailure = undefined;
    this.#owner.onTransport(transport);
  }

  #fail(error: Error): void {
    if (this.#state !== "dialing") return;
    this.lastFailure = error;
    const delayMs = this.countFailure();
    clientDial.publish({ target: this.target, attempt: this.#failures, error, backoffMs: delayMs });
    this.#state = "resting";
    if (this.#owner.onDialFailed(error)) this.#dialIn(delayMs);
  }

  /** How long to wait. A call that comes when none waits need not: only the first step is kept between attempts. */
  countFailure(): number {
    this.#failures++;
    const { backoff } = this.#limits;
    this.#retryAt = this.#platform.now() + backoffMs(1, this.#platform.random(), backoff);
    return backoffMs(this.#failures, this.#platform.random(), backoff);
  }

  /** The server was up. */
  forgetFailures(): void {
    this.#failures = 0;
  }

  /** Nobody waits any more: the next attempt is not made. One that is under way goes on. */
  rest(): void {
    if (this.#state !== "waiting") return;
    this.#stopTimer();
    this.#state = "resting";
  }

  /** For good; an attempt that is under way fails with `reason`. */
  stop(reason: Error): void {
    this.#stopTimer();
    this.#state = "stopped";
    this.#attempt?.abort(reason);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#platform.stopTimer(this.#timer);
    this.#timer = undefined;
  }
}

/** Dialers are the user's, and may throw anything: what is no real error, such as a proxy that cannot be read, becomes one. */
function asError(thrown: unknown): Error {
  if (types.isNativeError(thrown)) return thrown;
  return new Error("the dialer failed with what is no error", { cause: thrown });
}
