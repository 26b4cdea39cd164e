/**
 * One call that a server carries out: what its handler sees as context, and where its answer goes. Knows no bytes.
 */
import { ThriftError } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import type { PeerIdentity, Platform } from "../platform/platform.ts";
import type { Method } from "../schema/service.ts";
import { Abortable } from "./abortable.ts";
import { type HandlerContext, NO_HEADERS, noReplyHeader } from "./call.ts";
import { headerBytes, judgeHeader, judgeHeadersSize } from "./headers.ts";
import type { Procedure } from "./procedure.ts";

/** Where a call came from: a connection, or the sender of a datagram. */
export interface CallOrigin {
  readonly peer: string;
  readonly identity: PeerIdentity | undefined;
  readonly platform: Platform;
  /** Throws for headers that cannot be carried to there. */
  judge(headers: CallHeaders): void;
}

/** Handed to the handler as its context, and kept until the answer is written. */
export class ServerCall extends Abortable implements HandlerContext {
  readonly procedure: Procedure;
  readonly seqid: number;
  /** The number of the frame that it came in; 0 where frames have none. */
  frameSeqid = 0;
  /** What the request takes, on the wire or in memory, for the budget of its connection. */
  readonly requestBytes: number;
  readonly startedAt: number;
  /** running, perhaps after waiting → succeeded or failed, with `outcome` the value or the error; then it waits to be written, if it must. */
  state: "waiting" | "running" | "succeeded" | "failed" = "running";
  outcome: unknown = undefined;
  /** `RunningCalls` counts it. */
  kept = false;
  /** Somebody waits for its end. */
  awaited = true;
  /** Its neighbours in a `CallList`. */
  previous: ServerCall | undefined = undefined;
  next: ServerCall | undefined = undefined;
  /** The next in its bucket of a `CallTable`. */
  nextInBucket: ServerCall | undefined = undefined;
  headers: CallHeaders = NO_HEADERS;
  /** In the platform's milliseconds; Infinity where the caller did not say. */
  deadline: number = Number.POSITIVE_INFINITY;
  /** Milliseconds that it may wait to be begun; 0 where the caller did not say. */
  queueTimeoutMs = 0;
  /** The headers of the answer; undefined while none is set. */
  replyHeaders: Map<string, string> | undefined = undefined;
  /** Bytes of the reply headers, for their limit. */
  #replyHeaderBytes = 0;
  /** Whether the connection can carry them. */
  carriesHeaders = false;
  /** The first response of a stream is on its way, though its handler may go on. */
  answered = false;
  readonly #origin: CallOrigin;

  constructor(origin: CallOrigin, procedure: Procedure, seqid: number, requestBytes: number, startedAt: number) {
    super();
    this.#origin = origin;
    this.procedure = procedure;
    this.seqid = seqid;
    this.requestBytes = requestBytes;
    this.startedAt = startedAt;
  }

  get peer(): string {
    return this.#origin.peer;
  }

  get identity(): PeerIdentity | undefined {
    return this.#origin.identity;
  }

  /** The number by which its client tells it from its other calls. Clients of fbthrift number frames, and write 0 into messages. */
  get id(): number {
    return this.seqid === 0 ? this.frameSeqid : this.seqid;
  }

  /** Calls take turns by this: its connection. */
  get turn(): unknown {
    return this.#origin;
  }

  /** Its handler has ended, or it was turned away: it has its outcome. */
  get over(): boolean {
    return this.state === "succeeded" || this.state === "failed";
  }

  get method(): Method {
    return this.procedure.method;
  }

  timeLeftMs(): number {
    return this.deadline === Number.POSITIVE_INFINITY
      ? this.deadline
      : Math.max(0, this.deadline - this.#origin.platform.now());
  }

  setReplyHeader(name: string, value: string): void {
    if (!this.carriesHeaders) throw noReplyHeader(name);
    judgeHeader(name, value);
    if (this.state !== "running" || this.answered) throw tooLate(name);
    const headers = (this.replyHeaders ??= new Map<string, string>());
    const before = headers.get(name);
    const bytes =
      this.#replyHeaderBytes + headerBytes(name, value) - (before === undefined ? 0 : headerBytes(name, before));
    judgeHeadersSize(headers.size + (before === undefined ? 1 : 0), bytes);
    headers.set(name, value);
    try {
      this.#origin.judge(headers);
    } catch (error) {
      // A handler that catches this answers with what was set before.
      if (before === undefined) headers.delete(name);
      else headers.set(name, before);
      throw error;
    }
    this.#replyHeaderBytes = bytes;
  }
}

function tooLate(name: string): ThriftError {
  return new ThriftError("INVALID_ARGUMENT", `reply header ${name}: the answer is already on its way`, {
    delivery: "unsent",
    phase: "encode",
  });
}
