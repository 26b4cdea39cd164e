/** One call that came in a datagram: what its handler sees, and what its answer needs. Knows no sockets. */
import type { Procedure } from "../../call/procedure.ts";
import { type CallOrigin, ServerCall } from "../../call/server-call.ts";
import type { DatagramAddress, Platform } from "../../platform/platform.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { formatHostPort } from "../../transport/address.ts";
import type { CallEnvelope } from "./envelope.ts";
import type { ExecutedCall } from "./executed-calls.ts";

/** A request taken apart. */
export class DatagramRequest implements CallOrigin {
  readonly identity = undefined;
  readonly platform: Platform;
  readonly from: DatagramAddress;
  readonly protocol: Protocol;
  /** A THeader packet, to be answered by one. */
  readonly enveloped: boolean;
  /** Bytes of the whole datagram. */
  readonly bytes: number;
  readonly seqid: number;
  envelope: CallEnvelope | undefined = undefined;
  /** The address has shown a good cookie. */
  validated = false;
  /** A cookie to send along, "" for none. */
  newCookie = "";

  constructor(
    platform: Platform,
    from: DatagramAddress,
    protocol: Protocol,
    enveloped: boolean,
    bytes: number,
    seqid: number,
  ) {
    this.platform = platform;
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

  /** No headers go with an answer: calls here do not carry them. */
  judge(): void {}
}

export class DatagramCall extends ServerCall {
  readonly request: DatagramRequest;
  /** Its place in the memory of calls; undefined for one that may run twice. */
  readonly executed: ExecutedCall | undefined;

  constructor(procedure: Procedure, request: DatagramRequest, requestBytes: number, executed?: ExecutedCall) {
    const now = request.platform.now();
    super(request, procedure, request.seqid, requestBytes, now);
    this.request = request;
    this.executed = executed;
    this.deadline = now + (request.envelope?.timeLeftMs ?? Number.POSITIVE_INFINITY);
  }

  /** A client may send from one address only, and has no connection. */
  override get turn(): unknown {
    return this.peer;
  }
}
