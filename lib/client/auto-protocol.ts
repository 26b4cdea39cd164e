/**
 * `protocol: "auto"`: finds out before the first connection whether the server speaks Rocket, and remembers. Knows when an answer
 * is no longer to be trusted, not how either protocol works.
 *
 *     unknown → asking → rocket or framed → unknown, when a connection is refused or ends without a word of the server
 *
 * Why, and what it costs: docs/decisions/014-default-protocol.md
 */
import type { ClientCall } from "../call/client-call.ts";
import type { Platform } from "../platform/platform.ts";
import { probeRocket } from "../session/rocket/probe.ts";
import type { ClientSession, ClientSessionEnd, ClientSessionOwner, OpenSession } from "../session/session.ts";
import type { Dialer, Transport } from "../transport/transport.ts";

/** Longest time that a server may think about whether it speaks Rocket. */
const PROBE_TIMEOUT_MS = 1_000;

/** A dialer that asks first, and what opens sessions by the answer. One for each channel. */
export class AutoProtocol implements Dialer {
  readonly target: string;
  readonly #dialer: Dialer;
  readonly #rocket: OpenSession;
  readonly #framed: OpenSession;
  readonly #probeTimeoutMs: number;
  /** What the server was found to speak. */
  #open: OpenSession | undefined;

  /** Half of `connectTimeoutMs` at most is spent on asking, so that the other half is left for the connection. */
  constructor(dialer: Dialer, rocket: OpenSession, framed: OpenSession, connectTimeoutMs: number) {
    this.target = dialer.target;
    this.#dialer = dialer;
    this.#rocket = rocket;
    this.#framed = framed;
    this.#probeTimeoutMs = Math.min(PROBE_TIMEOUT_MS, connectTimeoutMs / 2);
  }

  async dial(platform: Platform, signal: AbortSignal): Promise<Transport> {
    try {
      this.#open ??= await this.#ask(platform, signal);
      return await this.#dialer.dial(platform, signal);
    } catch (error) {
      this.#open = undefined;
      throw error;
    }
  }

  async #ask(platform: Platform, signal: AbortSignal): Promise<OpenSession> {
    const transport = await this.#dialer.dial(platform, signal);
    const answer = await probeRocket(transport, platform, this.#probeTimeoutMs, signal);
    signal.throwIfAborted();
    return answer === "rocket" ? this.#rocket : this.#framed;
  }

  readonly open: OpenSession = (transport, owner) =>
    (this.#open ?? this.#framed)(transport, new Listening(owner, () => (this.#open = undefined)));
}

/** Passes on what a session reports, and notices one to which the server never said a word. */
class Listening implements ClientSessionOwner {
  readonly #owner: ClientSessionOwner;
  readonly #onUnheard: () => void;

  constructor(owner: ClientSessionOwner, onUnheard: () => void) {
    this.#owner = owner;
    this.#onUnheard = onUnheard;
  }

  onRoom(session: ClientSession): void {
    this.#owner.onRoom(session);
  }

  onLeaving(session: ClientSession, served: boolean): void {
    this.#owner.onLeaving(session, served);
  }

  onCallBack(call: ClientCall, refusal: Error): boolean {
    return this.#owner.onCallBack(call, refusal);
  }

  onSessionClose(session: ClientSession, unsent: readonly ClientCall[], end: ClientSessionEnd): void {
    if (!end.heard) this.#onUnheard();
    // There is hope: the server is asked anew.
    this.#owner.onSessionClose(session, unsent, { ...end, hopeless: false });
  }
}
