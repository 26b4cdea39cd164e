/** One request over UDP and what became of its datagrams. Knows times and bytes, not sockets. */
import type { Buffer } from "node:buffer";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ClientCall } from "../client-call.ts";

export class Exchange {
  readonly call: ClientCall;
  readonly seqid: number;
  readonly protocol: Protocol;
  /** The message; the same bytes each time it is sent. */
  readonly message: Buffer;
  /** The cookie that it was sent with, "" for none. */
  cookie = "";
  /** How often it was sent with this cookie. */
  attempts = 0;
  /** The first sending of all, and the first with this cookie. */
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

  constructor(call: ClientCall, seqid: number, protocol: Protocol, message: Buffer) {
    this.call = call;
    this.seqid = seqid;
    this.protocol = protocol;
    this.message = message;
  }

  get sent(): boolean {
    return this.attempts > 0;
  }
}
