/**
 * `protocol: "auto"`: finds out before the first connection whether the server speaks Rocket, and remembers. Knows when an answer
 * is no longer to be trusted, not how either protocol works.
 *
 *     unknown → asking → rocket or framed → unknown, when a connection is refused or ends without a word of the server
 *
 * Why, and what it costs: docs/decisions/014-default-protocol.md
 */
import type { ClientCall } from "../call/client-call.ts";
import { Lazy } from "../platform/lazy.ts";
import type { Platform } from "../platform/platform.ts";
import type { ClientFamily, Conversation } from "../session/family.ts";
import { type RocketOptions, rocketFamily } from "../session/rocket/family.ts";
import type { ClientSession, ClientSessionEnd, ClientSessionOwner, OpenSession } from "../session/session.ts";
import { thriftFamily } from "../session/thrift/family.ts";
import type { Dialer, Transport } from "../transport/transport.ts";

/** Longest time that a server may think about whether it speaks Rocket. */
const PROBE_TIMEOUT_MS = 1_000;

/** What asks a server. */
export const rocketProbe: Lazy<typeof import("../session/rocket/probe.ts")> = new Lazy(
  () => import("../session/rocket/probe.ts"),
);

const framedFamily = thriftFamily("framed");

export const autoFamily: ClientFamily<RocketOptions> = {
  name: "auto",
  alpn: [...rocketFamily.alpn, ...framedFamily.alpn],
  options: rocketFamily.options,
  converse(dialer, setting, chosen) {
    const rocket = rocketFamily.converse(dialer, setting, chosen);
    const framed = framedFamily.converse(dialer, setting, {});
    const auto = new AutoProtocol(dialer, rocket, framed, setting.connectTimeoutMs);
    return { dialer: auto, open: auto.open };
  },
};

/** A dialer that asks first, and what opens sessions by the answer. One for each channel. */
export class AutoProtocol implements Dialer {
  readonly target: string;
  readonly #dialer: Dialer;
  readonly #rocket: Conversation;
  readonly #framed: Conversation;
  readonly #probeTimeoutMs: number;
  /** What the server was found to speak. */
  #spoken: Conversation | undefined;

  /** Half of `connectTimeoutMs` at most is spent on asking, so that the other half is left for the connection. */
  constructor(dialer: Dialer, rocket: Conversation, framed: Conversation, connectTimeoutMs: number) {
    this.target = dialer.target;
    this.#dialer = dialer;
    this.#rocket = rocket;
    this.#framed = framed;
    this.#probeTimeoutMs = Math.min(PROBE_TIMEOUT_MS, connectTimeoutMs / 2);
  }

  async dial(platform: Platform, signal: AbortSignal): Promise<Transport> {
    try {
      this.#spoken ??= await this.#ask(platform, signal);
      return await this.#spoken.dialer.dial(platform, signal);
    } catch (error) {
      this.#spoken = undefined;
      throw error;
    }
  }

  async #ask(platform: Platform, signal: AbortSignal): Promise<Conversation> {
    const { probeRocket } = rocketProbe.loaded ?? (await rocketProbe.load());
    const transport = await this.#dialer.dial(platform, signal);
    const answer = await probeRocket(transport, platform, this.#probeTimeoutMs, signal);
    signal.throwIfAborted();
    return answer === "rocket" ? this.#rocket : this.#framed;
  }

  /** Only `dial` brings transports, and it knows by then what is spoken. */
  readonly open: OpenSession = (transport, owner) =>
    (this.#spoken ?? this.#framed).open(transport, new Listening(owner, () => (this.#spoken = undefined)));
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
