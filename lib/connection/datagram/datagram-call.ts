/** One call that came in a datagram: what its handler sees, and what its answer needs. Knows no sockets. */
import { type CallHeaders, type HandlerContext, NO_HEADERS, noReplyHeader } from "../../call/call.ts";
import { ThriftError } from "../../errors.ts";
import type { DatagramAddress } from "../../platform.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { Method } from "../../schema/service.ts";
import type { Procedure } from "../session.ts";
import type { CallEnvelope } from "./envelope.ts";
import type { ExecutedCall } from "./executed-calls.ts";

/** A request taken apart. */
export interface DatagramRequest {
  readonly from: DatagramAddress;
  /** `host:port`. */
  readonly peer: string;
  /** Bytes of the whole datagram. */
  readonly bytes: number;
  readonly protocol: Protocol;
  readonly seqid: number;
  /** A THeader packet, to be answered by one. */
  readonly enveloped: boolean;
  readonly envelope: CallEnvelope | undefined;
  /** The address has shown a good cookie. */
  readonly validated: boolean;
  /** A cookie to send along, "" for none. */
  readonly newCookie: string;
}

export class DatagramCall implements HandlerContext {
  readonly procedure: Procedure;
  readonly request: DatagramRequest;
  /** Its place in the memory of calls; undefined for one that may run twice. */
  readonly executed: ExecutedCall | undefined;
  readonly headers: CallHeaders = NO_HEADERS;
  readonly #now: () => number;
  readonly #deadline: number;
  #controller: AbortController | undefined;
  #aborted: Error | undefined;

  constructor(procedure: Procedure, request: DatagramRequest, executed: ExecutedCall | undefined, now: () => number) {
    this.procedure = procedure;
    this.request = request;
    this.executed = executed;
    this.#now = now;
    this.#deadline = now() + (request.envelope?.timeLeftMs ?? Number.POSITIVE_INFINITY);
  }

  get peer(): string {
    return this.request.peer;
  }

  get method(): Method {
    return this.procedure.method;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  timeLeftMs(): number {
    return Math.max(0, this.#deadline - this.#now());
  }

  setReplyHeader(name: string): void {
    throw noReplyHeader(name);
  }

  /** Tells the handler, if it listens, that nobody waits any more. */
  abort(reason: Error): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
  }
}
