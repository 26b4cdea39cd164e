/** Who a client is to its server: a random name, seqids that only rise, and the cookie that it was given. Knows no datagrams. */
import { ClientCookie } from "./client-cookie.ts";
import type { CallEnvelope } from "./envelope.ts";

const LAST_SEQID = 0x7fff_ffff;
const MOST_MS = 0xffff_ffff;

export class CallerName {
  readonly cookie: ClientCookie = new ClientCookie();
  /** 16 hex digits that no other client has. */
  readonly #client: string;
  #seqid: number;

  /** `random` gives at least 0, less than 1. */
  constructor(random: () => number) {
    this.#client = hexWord(random()) + hexWord(random());
    this.#seqid = 1 + Math.floor(random() * 0x3fff_ffff);
  }

  /** What `takeSeqid` will give. */
  get nextSeqid(): number {
    return this.#seqid + 1;
  }

  /** No seqid is left. */
  get usedUp(): boolean {
    return this.#seqid >= LAST_SEQID;
  }

  /** A seqid for one call. */
  takeSeqid(): number {
    return ++this.#seqid;
  }

  /** What a request says beside its message. */
  envelope(timeLeftMs: number, settledBelow: number, cookie: string): CallEnvelope {
    const timeLeft = Math.min(MOST_MS, Math.max(0, Math.floor(timeLeftMs)));
    return { client: this.#client, timeLeftMs: timeLeft, settledBelow, cookie };
  }
}

function hexWord(random: number): string {
  return Math.floor(random * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
}
