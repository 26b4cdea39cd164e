/** The cookie that a client has of its server, and what a newer one says about calls sent with an older. Knows only cookies and times. */
import { COOKIE_LENGTH, EPOCH_MS, epochsBetween, sameBoot } from "./cookies.ts";

/** A cookie older than this may be refused: ask for a new one first. */
const USE_MS: number = EPOCH_MS - 1_000;
/** By the server's clock, between the first cookie of a call and the last: 90 s at most. It remembers for longer. */
const MAX_EPOCHS = 2;

export class ClientCookie {
  #cookie = "";
  #at = 0;

  /** A cookie that the server will still take, or "". */
  fresh(now: number): string {
    return now - this.#at < USE_MS ? this.#cookie : "";
  }

  /** Takes in what came with a reply, if it is a cookie. */
  learn(cookie: string, now: number): void {
    if (cookie.length !== COOKIE_LENGTH) return;
    this.#cookie = cookie;
    this.#at = now;
  }
}

/** Why the server that made `now` may not know what became of a call sent with `first`: it is another incarnation, or time has passed. */
export function whyForgotten(first: string, now: string): string | undefined {
  if (first === "") return undefined;
  if (!sameBoot(first, now)) return "has restarted";
  return epochsBetween(first, now) > MAX_EPOCHS ? "has been out of reach for long" : undefined;
}
