/**
 * Cookies: what a server hands to an address so that the address can show that it receives what is sent to it. Each names the
 * server's incarnation and when it was made; an old one, one of another incarnation or of another client is worth nothing.
 *
 *   boot: 8 hex digits | epoch: 4 | mac: 16        mac: HMAC-SHA-256 of the rest, client id and address, cut to 64 bits
 *
 * A cookie is good in its epoch and the next: 30 to 60 seconds.
 */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export const COOKIE_LENGTH = 28;
export const EPOCH_MS = 30_000;
/** No datagram is accepted later than this after its cookie was made. */
export const COOKIE_LIFE_MS: number = 2 * EPOCH_MS;
const BOOT_LENGTH = 8;
const EPOCHS = 0x10000;
const MAX_GOOD = 4096;

export type CookieVerdict = "good" | "aging" | "bad";

export class Cookies {
  readonly #secret = randomBytes(32);
  readonly #boot: string;
  /** Cookies found good in this epoch, by client and address: a signature takes longer than a small call. */
  readonly #good = new Map<string, string>();
  #goodEpoch = 0;

  /** `random` is at least 0 and less than 1: it makes the incarnation's name. */
  constructor(random: number) {
    this.#boot = Math.floor(random * 0x1_0000_0000)
      .toString(16)
      .padStart(BOOT_LENGTH, "0");
  }

  /** A cookie for a client at an address, at `now` in milliseconds. */
  make(client: string, address: string, now: number): string {
    return this.#sign(client, address, Math.floor(now / EPOCH_MS) % EPOCHS);
  }

  /** `aging`: good, but in its last epoch: a new one should be sent. */
  judge(cookie: string, client: string, address: string, now: number): CookieVerdict {
    if (cookie.length !== COOKIE_LENGTH) return "bad";
    const present = Math.floor(now / EPOCH_MS);
    if (present !== this.#goodEpoch) this.#good.clear();
    this.#goodEpoch = present;
    const holder = client + address;
    if (this.#good.get(holder) === cookie) return "good";
    const epoch = Number.parseInt(cookie.slice(BOOT_LENGTH, BOOT_LENGTH + 4), 16);
    const age = (((present - epoch) % EPOCHS) + EPOCHS) % EPOCHS;
    if (age > 1 || Number.isNaN(age)) return "bad";
    const wanted = this.#sign(client, address, epoch);
    if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(cookie, "latin1"))) return "bad";
    if (age === 1) return "aging";
    if (this.#good.size < MAX_GOOD) this.#good.set(holder, cookie);
    return "good";
  }

  #sign(client: string, address: string, epoch: number): string {
    const open = this.#boot + epoch.toString(16).padStart(4, "0");
    const mac = createHmac("sha256", this.#secret).update(`${open} ${client} ${address}`).digest("hex");
    return open + mac.slice(0, 16);
  }
}

/** True when both are of the same incarnation of a server. */
export function sameBoot(a: string, b: string): boolean {
  return a.slice(0, BOOT_LENGTH) === b.slice(0, BOOT_LENGTH);
}

/** How many epochs of the server lie between two of its cookies. */
export function epochsBetween(earlier: string, later: string): number {
  const epoch = (cookie: string): number => Number.parseInt(cookie.slice(BOOT_LENGTH, BOOT_LENGTH + 4), 16);
  return (((epoch(later) - epoch(earlier)) % EPOCHS) + EPOCHS) % EPOCHS;
}
