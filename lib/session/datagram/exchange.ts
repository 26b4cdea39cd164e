/** One request over UDP and what became of its datagrams. Knows times and bytes, not sockets. */
import type { Buffer } from "node:buffer";
import type { ClientCall } from "../../call/client-call.ts";

export class Exchange {
  readonly call: ClientCall;
  readonly seqid: number;
  /** The request by itself: its arguments are read once. */
  readonly message: Buffer;
  /** What is sent, the same bytes each time; made anew only for another cookie. */
  datagram: Buffer;
  enveloped: boolean;
  /** The cookie that it is sent with, "" for none. */
  cookie: string;
  /** The first cookie that it was sent with. */
  firstCookie: string;
  /** How often it was sent with this cookie. */
  attempts = 0;
  /** How often it was sent at all. */
  sendings = 0;
  /** Some of its bytes were sent twice: nobody can say which of them an answer is for. */
  resent = false;
  firstSentAt = 0;
  lastSentAt = 0;
  /** It is not sent again. */
  spent = false;
  /** When to send again, or when `spent`, to take it for lost; Infinity for never. */
  resendAt: number = Number.POSITIVE_INFINITY;
  /** Cookies that the server has asked for. */
  challenges = 0;
  /** The server has it and works on it. */
  inProgress = false;
  /** It no longer loads the network: the server has it, or it is taken for lost. */
  atRest = false;
  /** What last went wrong without ending it. */
  lastError: Error | undefined;

  constructor(call: ClientCall, seqid: number, enveloped: boolean, cookie: string, message: Buffer, datagram: Buffer) {
    this.message = message;
    this.call = call;
    this.seqid = seqid;
    this.enveloped = enveloped;
    this.cookie = cookie;
    this.firstCookie = cookie;
    this.datagram = datagram;
  }

  get sent(): boolean {
    return this.sendings > 0;
  }

  /** Whether a second copy does no harm: the server knows it by its envelope, or the method does not mind. */
  get mayRepeat(): boolean {
    return this.enveloped || this.call.method.idempotent;
  }

  /** It is handed to the kernel. */
  onSend(now: number): void {
    if (this.sendings === 0) this.firstSentAt = now;
    this.lastSentAt = now;
    this.sendings++;
    if (++this.attempts > 1) this.resent = true;
  }

  /** From now on it is sent with another cookie, in an envelope. */
  takeCookie(cookie: string, datagram: Buffer): void {
    this.enveloped = true;
    this.cookie = cookie;
    if (this.firstCookie === "") this.firstCookie = cookie;
    this.datagram = datagram;
    this.attempts = 0;
  }
}
