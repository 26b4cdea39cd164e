/**
 * Thrift messages as the bodies of requests, bare or in a THeader frame: one to each request. Knows messages and calls; the session knows
 * HTTP.
 */
import type { Buffer } from "node:buffer";
import type { TurnedAway } from "../../call/load.ts";
import { RunningCalls, type RunningCallsOwner } from "../../call/running-calls.ts";
import type { ServerCall } from "../../call/server-call.ts";
import { type ConnectionError, type DeadlineError, DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink } from "../../framing/framing.ts";
import { isHeaderBody, takeHeaderBody } from "../../framing/header/header-body.ts";
import { HeaderFraming } from "../../framing/header/header-framing.ts";
import { messageProtocol } from "../../framing/message-protocol.ts";
import { MessageIntake } from "../../message/intake.ts";
import { MessageReplyWriter } from "../../message/reply-writer.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import { binary } from "../../protocol/binary.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import type { HttpContent, HttpContentHost } from "./content.ts";

const TYPES = /^application\/(x-thrift|vnd\.apache\.thrift(\.\w+)?|octet-stream|json)\b/i;

/** What bounds the messages. */
export interface ThriftContentOptions {
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
}

/** The calls that come in bodies on one connection. */
export class ThriftContent implements HttpContent, FrameSink, RunningCallsOwner<ServerCall> {
  readonly #host: HttpContentHost;
  readonly #limits: Limits;
  readonly #replies: MessageReplyWriter;
  readonly #calls: RunningCalls<ServerCall>;
  readonly #intake: MessageIntake;

  constructor(host: HttpContentHost, { limits, reader }: ThriftContentOptions) {
    const { connection, dispatcher } = host;
    const share = dispatcher.load.hosts.join(connection.peer);
    this.#host = host;
    this.#limits = limits;
    this.#replies = new MessageReplyWriter(connection, dispatcher, binary, limits);
    this.#calls = new RunningCalls(dispatcher, connection.platform, share, this);
    this.#intake = new MessageIntake(connection, dispatcher, this.#calls, this.#replies, limits, reader);
    // Clients may give all their calls one number: each has its own request.
    this.#calls.forgetIds();
  }

  accepts(type: string | undefined): boolean {
    return type === undefined || TYPES.test(type);
  }

  get size(): number {
    return this.#calls.size;
  }

  onRequest(body: Buffer, headers: CallHeaders): void {
    if (body.length === 0) throw new DecodeError("invalid", "HTTP request without a message");
    // For each its own: requests on one connection may come from many clients.
    const inner = isHeaderBody(body) ? new HeaderFraming(undefined) : undefined;
    this.#host.replies.inner = inner;
    if (inner !== undefined) takeHeaderBody(this, body, headers, inner, this.#limits.maxFrameBytes);
    else this.onFrame(body, 0, body.length, headers, 0, messageProtocol(body, 0, body.length));
  }

  onFrame(
    buf: Buffer,
    start: number,
    end: number,
    headers?: CallHeaders,
    frameSeqid = 0,
    protocol: Protocol = this.#intake.protocol,
  ): boolean {
    const intake = this.#intake;
    if (protocol !== intake.protocol) intake.speak(protocol);
    intake.open(buf, start, end, frameSeqid);
    const call = intake.take(start, end, headers);
    const { args } = intake;
    intake.letGo();
    if (call === undefined || call.method.kind === "oneway") this.#host.replies.acknowledge();
    if (call !== undefined) this.#calls.run(call, args);
    return true;
  }

  onOutcome(call: ServerCall): void {
    this.#calls.leave(call);
    this.#replies.writeAnswer(call);
  }

  onTurnedAway(call: ServerCall, { reason }: TurnedAway): void {
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: call.peer, method: call.method.name, reason });
    this.#calls.leave(call);
    if (call.method.kind !== "oneway") this.#replies.writeAnswer(call);
  }

  /** The answer is still written: there must be one. */
  onExpired(call: ServerCall, reason: DeadlineError): void {
    call.abort(reason);
  }

  afterCall(): void {
    this.#host.onCallEnded();
  }

  abandon(error: ConnectionError): void {
    this.#calls.abandon(error);
    this.#host.dispatcher.load.hosts.part(this.#calls.share);
  }
}
