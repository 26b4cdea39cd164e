/**
 * For how long a client's connection has said nothing since it began. Servers close one on which nothing is said (ours after 10 seconds), and
 * a call that crosses that is lost, perhaps carried out.
 */
import type { Connection } from "../connection/connection.ts";

/** How long it may stay silent and still be used. */
const UNSPOKEN_MS = 5_000;

/** The silence of one connection. */
export class Unspoken {
  readonly #connection: Connection;
  readonly #since: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#since = connection.platform.now();
  }

  /** It is silent from its beginning, and a call on it may cross its end. */
  get tooLong(): boolean {
    const { writtenBytes, platform } = this.#connection;
    return writtenBytes === 0 && platform.now() - this.#since > UNSPOKEN_MS;
  }
}
