/**
 * Writes what a server answers on a classic connection: results, declared exceptions, and TApplicationExceptions for all else.
 * Knows one connection's protocol; when an answer may leave is its session's.
 */
import type { Buffer } from "node:buffer";
import { BadArguments } from "../call/packed-procedure.ts";
import { writeApplicationException } from "../codec/application-exception.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { EncodeError } from "../errors.ts";
import type { FrameHeaders } from "../framing/framing.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { Method } from "../schema/service.ts";
import { ApplicationType } from "./application-type.ts";
import type { Connection } from "./connection.ts";
import { TurnedAway } from "./load.ts";
import type { ServerCall } from "./server-call.ts";
import type { Dispatcher } from "./session.ts";

/** What an answer repeats of the message that it answers: its seqid, and the number of its frame. */
export interface Asked {
  readonly seqid: number;
  readonly frameSeqid: number;
}

/** The writing half of one server session. */
export class ThriftReplyWriter {
  /** Changes when a message has shown what its client speaks, and no answer is waited for. */
  protocol: Protocol;
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;
  readonly #limits: Limits;

  constructor(connection: Connection, dispatcher: Dispatcher, protocol: Protocol, limits: Limits) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.protocol = protocol;
    this.#limits = limits;
  }

  /** Answers a call whose handler gave `outcome`, or threw it. */
  writeAnswer(call: ServerCall, failed: boolean, outcome: unknown): void {
    if (call.replyHeaders !== undefined && !this.#judge(call, call.replyHeaders)) return;
    if (failed) this.#writeError(call, outcome);
    else this.#writeValue(call, outcome);
  }

  /** Whether the headers that the handler set can travel here; if not, its call has been answered with a failure. */
  #judge(call: ServerCall, headers: FrameHeaders): boolean {
    try {
      this.#connection.judge(headers);
      return true;
    } catch (error) {
      this.#writeInternalError(call, error);
      return false;
    }
  }

  #writeValue(call: ServerCall, value: unknown): void {
    const connection = this.#connection;
    const { out } = connection;
    const { method } = call;
    const start = connection.beginFrame(call.replyHeaders, call.frameSeqid);
    try {
      this.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, call.seqid);
      methodCodec(method, this.protocol).writeResult(out, value);
      this.protocol.writeMessageEnd(out);
    } catch (error) {
      connection.abortFrame(start);
      return this.#writeInternalError(call, error);
    }
    this.#endReply(call, start);
  }

  /** A declared exception is a reply with that field; any other error stays here, and the caller gets a neutral text. */
  #writeError(call: ServerCall, error: unknown): void {
    const connection = this.#connection;
    const { out } = connection;
    const { method } = call;
    const start = connection.beginFrame(call.replyHeaders, call.frameSeqid);
    let declared = false;
    let cause = error;
    try {
      this.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, call.seqid);
      declared = methodCodec(method, this.protocol).writeException(out, error);
      this.protocol.writeMessageEnd(out);
    } catch (unfit) {
      declared = false;
      cause = unfit;
    }
    if (declared) return this.#endReply(call, start);
    connection.abortFrame(start);
    if (cause instanceof TurnedAway)
      this.writeException(method.nameBytes, call, ApplicationType.LOADSHEDDING, cause.reason);
    else if (cause instanceof BadArguments) this.writeBadArguments(method, call, cause);
    else if (call.wasStoppedBy(cause)) this.#writeStopped(call);
    else this.#writeInternalError(call, cause);
  }

  /** The handler has given up, as it was told to. */
  #writeStopped(call: ServerCall): void {
    this.writeException(call.method.nameBytes, call, ApplicationType.TIMEOUT, (call.aborted as Error).message);
  }

  #endReply(call: ServerCall, start: number): void {
    const bytes = this.#connection.out.pos - start;
    const { maxFrameBytes } = this.#limits;
    if (bytes <= maxFrameBytes) return this.#connection.endFrame(start);
    this.#connection.abortFrame(start);
    this.#writeInternalError(
      call,
      new EncodeError(call.method.name, `reply of ${bytes} bytes, limit ${maxFrameBytes}`),
    );
  }

  #writeInternalError(call: ServerCall, cause: unknown): void {
    const { method } = call;
    this.#dispatcher.reportError(cause, call);
    this.writeException(method.nameBytes, call, ApplicationType.INTERNAL_ERROR, `internal error in '${method.name}'`);
  }

  /** Answers a call whose arguments could not be read. */
  writeBadArguments(method: Method, asked: Asked, error: Error): void {
    const text = `arguments of '${method.name}': ${error.message}`;
    this.writeException(method.nameBytes, asked, ApplicationType.PROTOCOL_ERROR, text);
  }

  /** Answers with a TApplicationException; `text` goes to the client. */
  writeException(name: Buffer, asked: Asked, type: ApplicationType, text: string): void {
    const connection = this.#connection;
    if (connection.closed) return;
    const start = connection.beginFrame(undefined, asked.frameSeqid);
    this.protocol.writeMessageBegin(connection.out, name, MessageType.EXCEPTION, asked.seqid);
    writeApplicationException(connection.out, this.protocol, text, type);
    this.protocol.writeMessageEnd(connection.out);
    connection.endFrame(start);
  }
}
