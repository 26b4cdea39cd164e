/** One request over UDP and what became of its datagrams. Knows times and bytes, not sockets. */
import type { Buffer } from "node:buffer";
import type { ClientCall } from "../client-call.ts";

export class Exchange {
  readonly call: ClientCall;
  readonly seqid: number;
  /** What is sent, the same bytes each time; made anew only for another cookie. */
  datagram: Buffer;
  enveloped: boolean;
  /** The cookie that it is sent with, "" for none. */
  cookie: string;
  /** The first cookie that it was sent with. */
  firstCookie: string;
  /** How often it was sent with this cookie. */
  attempts = 0;
  firstSentAt = 0;
  lastSentAt = 0;
  /** When to send again; Infinity for never. */
  resendAt: number = Number.POSITIVE_INFINITY;
  /** Cookies that the server has asked for. */
  challenges = 0;
  /** The server has it and works on it. */
  inProgress = false;
  /** What the network last reported. */
  lastError: Error | undefined;

  constructor(call: ClientCall, seqid: number, enveloped: boolean, cookie: string, datagram: Buffer) {
    this.call = call;
    this.seqid = seqid;
    this.enveloped = enveloped;
    this.cookie = cookie;
    this.firstCookie = cookie;
    this.datagram = datagram;
  }

  get sent(): boolean {
    return this.attempts > 0;
  }
}
