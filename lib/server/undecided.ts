/**
 * A connection before it is known what its client speaks: it collects the first bytes until the table of openings decides. Knows
 * no protocol itself.
 */
import { Buffer } from "node:buffer";
import type { Connection, Session } from "../connection/connection.ts";
import { ConnectionError } from "../errors/errors.ts";
import { detect, type Opening } from "../framing/detect.ts";
import type { FrameReader } from "../framing/framing.ts";
import type { Timer } from "../platform/platform.ts";

/** More than any opening needs. */
const MAX_OPENING_BYTES = 64;

/** The first session of every connection that a server accepts. */
export class Undecided<T> implements Session, FrameReader {
  /** Who has said nothing waits in a room of its own. */
  readonly restingSince = undefined;
  readonly #connection: Connection;
  readonly #openings: readonly Opening<T>[];
  readonly #decide: (leadsTo: T) => void;
  readonly #onClose: () => void;
  readonly #timer: Timer;
  #bytes: Buffer = Buffer.alloc(0);

  /** `decide` begins the session that an opening leads to, on the same connection; `onClose` when it never came to that. */
  constructor(
    connection: Connection,
    openings: readonly Opening<T>[],
    timeoutMs: number,
    decide: (leadsTo: T) => void,
    onClose: () => void,
  ) {
    this.#connection = connection;
    this.#openings = openings;
    this.#decide = decide;
    this.#onClose = onClose;
    this.#timer = connection.platform.startTimer(timeoutMs, false, () =>
      this.destroy(unclear(`nothing that could be told apart within ${timeoutMs} ms`)),
    );
    connection.start(this, this);
  }

  get partialBytes(): number {
    return 0;
  }

  get keptBytes(): number {
    return this.#bytes.length;
  }

  push(chunk: Buffer): void {
    const bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const opening = detect(this.#openings, bytes, Math.min(bytes.length, MAX_OPENING_BYTES));
    if (opening === undefined || (opening === "more" && bytes.length >= MAX_OPENING_BYTES)) {
      throw unclear(
        `opening is none of ${this.#openings.map((row) => row.name).join(", ")}: ${bytes.toString("hex", 0, 16)}`,
      );
    }
    if (opening === "more") {
      this.#bytes = bytes;
      return;
    }
    this.#stopTimer();
    this.#decide(opening.leadsTo);
    this.#connection.pass(bytes);
  }

  resume(): void {}

  #stopTimer(): void {
    this.#connection.platform.stopTimer(this.#timer);
  }

  finish(): void {
    this.#connection.end();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}
  onDrain(): void {}

  onEnd(): void {
    this.#connection.end();
  }

  onClose(): void {
    this.#stopTimer();
    this.#onClose();
  }
}

function unclear(what: string): ConnectionError {
  return new ConnectionError("PROTOCOL_ERROR", what, { delivery: "answered" });
}
