/**
 * Which connections of a full server may go for a new one: those without work, the one that has rested longest first. Using a
 * connection costs nothing for that: all are looked at once, and then one by one whether they have been used since.
 */
import type { ServerSession } from "../session/session.ts";

/** A connection that was used so shortly ago does not rest: clients in turn would only take each other's places. */
const LEAST_REST_MS = 1000;
/** Where nobody rests, it is not looked again for so long, however many come meanwhile. */
const LOOK_AGAIN_MS = 100;

interface Seen {
  readonly session: ServerSession;
  readonly since: number;
}

export class Resting {
  readonly #sessions: ReadonlySet<ServerSession>;
  /** Those that rested at the last look, the longest last. */
  #seen: Seen[] = [];
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(sessions: ReadonlySet<ServerSession>) {
    this.#sessions = sessions;
  }

  /** Says farewell to the one that has rested longest. False when none does. `now`: the platform's time. */
  makeRoom(now: number): boolean {
    const session = this.#next() ?? (now - this.#lookedAt < LOOK_AGAIN_MS ? undefined : this.#lookForNext(now));
    session?.finish();
    return session !== undefined;
  }

  /** One of those seen that has rested since. */
  #next(): ServerSession | undefined {
    for (let seen = this.#seen.pop(); seen !== undefined; seen = this.#seen.pop())
      if (this.#sessions.has(seen.session) && seen.session.restingSince === seen.since) return seen.session;
    return undefined;
  }

  #lookForNext(now: number): ServerSession | undefined {
    this.#lookedAt = now;
    for (const session of this.#sessions) {
      const since = session.restingSince;
      if (since !== undefined && since + LEAST_REST_MS <= now) this.#seen.push({ session, since });
    }
    // Where several have rested equally long, the first in the set is the oldest.
    this.#seen.reverse().sort((a, b) => b.since - a.since);
    return this.#next();
  }
}
