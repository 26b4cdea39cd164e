/**
 * The beginning of a Rocket connection at the client: SETUP, a ping after it, and what the server must answer to one of them before calls
 * are sent. One that is about to stop may never look at what the kernel has accepted for it. Knows nothing of calls.
 *
 *     SETUP, KEEPALIVE →        ← METADATA_PUSH with the setup response, or the KEEPALIVE of a server that says nothing of itself
 */
import { ConnectionError, DecodeError } from "../../errors/errors.ts";
import { writeSetup } from "../../framing/rocket/setup.ts";
import type { Timer } from "../../platform/platform.ts";
import type { RocketLink } from "./link.ts";
import type { SetupResponse } from "./push-metadata.ts";
import { setupMetadata } from "./setup-metadata.ts";
import { MAX_ROCKET_VERSION, MIN_ROCKET_VERSION } from "./versions.ts";

const DEFAULT_TIMEOUT_MS = 5_000;
/** For callers who took it for granted that the server speaks Rocket. */
const UNHEARD =
  "the server has sent nothing on this connection: if it speaks classic Thrift, see the option 'protocol'";

export class Greeting {
  /** What the server said of itself; undefined until it has. */
  response: SetupResponse | undefined = undefined;
  /** Whether the server has taken the conversation up. */
  answered = false;
  readonly #link: RocketLink;
  readonly #onAnswer: () => void;
  #timer: Timer | undefined;

  /** `onSilence`: nothing came within `timeoutMs`, default 5,000. */
  constructor(link: RocketLink, timeoutMs: number | undefined, onAnswer: () => void, onSilence: (how: string) => void) {
    this.#link = link;
    this.#onAnswer = onAnswer;
    const patienceMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#timer = link.connection.platform.startTimer(patienceMs, false, () =>
      onSilence(`no answer within ${patienceMs} ms`),
    );
  }

  write(): void {
    const start = this.#link.begin();
    writeSetup(
      this.#link.out,
      setupMetadata({ minVersion: MIN_ROCKET_VERSION, maxVersion: MAX_ROCKET_VERSION, agent: "scrimp" }),
    );
    this.#link.connection.endFrame(start);
    this.#link.ping();
  }

  /** Throws DecodeError for a version that was not offered. */
  onResponse(response: SetupResponse): void {
    const { version } = response;
    if (version !== 0 && (version < MIN_ROCKET_VERSION || version > MAX_ROCKET_VERSION)) {
      throw new DecodeError(
        "invalid",
        `rocket version ${version} picked by the server, expected ${MIN_ROCKET_VERSION} to ${MAX_ROCKET_VERSION}`,
      );
    }
    this.response = response;
    this.onPong();
  }

  /** The server lives. */
  onPong(): void {
    if (this.answered) return;
    this.answered = true;
    this.stop();
    this.#onAnswer();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#link.connection.platform.stopTimer(this.#timer);
    this.#timer = undefined;
  }

  /** What calls are told that wait although there is a connection. */
  get silence(): Error | undefined {
    return this.answered ? undefined : new Error(UNHEARD);
  }

  /** Whether a connection that ended so before the answer would end so again: the server has spoken, and it was no welcome. */
  isHopeless({ code, cause }: ConnectionError): boolean {
    return !this.answered && (code === "CONNECT_FAILED" || cause instanceof DecodeError);
  }
}

/** `error` of a connection on which nothing came, with what may be wrong. */
export function withHint({ code, message, delivery, peer, cause }: ConnectionError): ConnectionError {
  return new ConnectionError(code, `${message}; ${UNHEARD}`, {
    delivery,
    ...(peer !== undefined && { peer }),
    ...(cause !== undefined && { cause }),
  });
}
