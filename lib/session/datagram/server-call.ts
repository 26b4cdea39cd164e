/** One call that came in a datagram: what its handler sees, and what its answer needs. Knows no sockets. */
import { Abortable } from "../../call/abortable.ts";
import { type HandlerContext, NO_HEADERS, noReplyHeader } from "../../call/call.ts";
import type { Procedure } from "../../call/procedure.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { DatagramAddress } from "../../platform/platform.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { Method } from "../../schema/service.ts";
import { formatHostPort } from "../../transport/address.ts";
import type { CallEnvelope } from "./envelope.ts";
import type { ExecutedCall } from "./executed-calls.ts";

/** A request taken apart. */
export class DatagramRequest {
  readonly from: DatagramAddress;
  readonly protocol: Protocol;
  /** A THeader packet, to be answered by one. */
  readonly enveloped: boolean;
  /** Of the whole datagram. */
  readonly bytes: number;
  readonly seqid: number;
  envelope: CallEnvelope | undefined = undefined;
  /** The address has shown a good cookie. */
  validated = false;
  /** A cookie to send along, "" for none. */
  newCookie = "";

  constructor(from: DatagramAddress, protocol: Protocol, enveloped: boolean, bytes: number, seqid: number) {
    this.from = from;
    this.protocol = protocol;
    this.enveloped = enveloped;
    this.bytes = bytes;
    this.seqid = seqid;
  }

  /** `host:port`. */
  get peer(): string {
    return formatHostPort(this.from.host, this.from.port);
  }
}

export class DatagramCall extends Abortable implements HandlerContext {
  readonly procedure: Procedure;
  /** running → succeeded or failed, with `outcome` the value or the error. */
  state: "running" | "succeeded" | "failed" = "running";
  outcome: unknown = undefined;
  readonly request: DatagramRequest;
  /** What the request takes, on the wire or in memory. */
  readonly requestBytes: number;
  /** Its place in the memory of calls; undefined for one that may run twice. */
  readonly executed: ExecutedCall | undefined;
  /** Nobody waits for an answer. */
  readonly oneway: boolean;
  readonly headers: CallHeaders = NO_HEADERS;
  readonly startedAt: number;
  /** In the platform's milliseconds; Infinity where the caller did not say. */
  readonly deadline: number;
  readonly #now: () => number;

  constructor(
    procedure: Procedure,
    request: DatagramRequest,
    requestBytes: number,
    executed: ExecutedCall | undefined,
    oneway: boolean,
    now: () => number,
  ) {
    super();
    this.procedure = procedure;
    this.request = request;
    this.requestBytes = requestBytes;
    this.executed = executed;
    this.oneway = oneway;
    this.#now = now;
    this.startedAt = now();
    this.deadline = this.startedAt + (request.envelope?.timeLeftMs ?? Number.POSITIVE_INFINITY);
  }

  get peer(): string {
    return this.request.peer;
  }

  get method(): Method {
    return this.procedure.method;
  }

  timeLeftMs(): number {
    return Math.max(0, this.deadline - this.#now());
  }

  setReplyHeader(name: string): void {
    throw noReplyHeader(name);
  }
}
