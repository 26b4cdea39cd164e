/**
 * Writes what a server answers on a classic connection: results, declared exceptions, and TApplicationExceptions for all else.
 * Knows one connection's protocol; when an answer may leave is its session's.
 */
import type { Buffer } from "node:buffer";
import { BadArguments } from "../call/packed-procedure.ts";
import { writeApplicationException } from "../codec/application-exception.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { EncodeError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { Method } from "../schema/service.ts";
import { ApplicationType } from "./application-type.ts";
import type { Connection } from "./connection.ts";
import { TurnedAway } from "./load.ts";
import type { ServerCall } from "./server-call.ts";
import type { Dispatcher } from "./session.ts";

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
    if (failed) this.#writeError(call, outcome);
    else this.#writeValue(call, outcome);
  }

  #writeValue(call: ServerCall, value: unknown): void {
    const connection = this.#connection;
    const { out } = connection;
    const { method } = call;
    const start = connection.beginFrame(call.replyHeaders);
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
    const start = connection.beginFrame(call.replyHeaders);
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
      this.writeException(method.nameBytes, call.seqid, ApplicationType.LOADSHEDDING, cause.reason);
    else if (cause instanceof BadArguments) this.writeBadArguments(method, call.seqid, cause);
    else if (call.wasStoppedBy(cause)) this.#writeStopped(call);
    else this.#writeInternalError(call, cause);
  }

  /** The handler has given up, as it was told to. */
  #writeStopped({ method, seqid, aborted }: ServerCall): void {
    this.writeException(method.nameBytes, seqid, ApplicationType.TIMEOUT, (aborted as Error).message);
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
    this.writeException(
      method.nameBytes,
      call.seqid,
      ApplicationType.INTERNAL_ERROR,
      `internal error in '${method.name}'`,
    );
  }

  /** Answers a call whose arguments could not be read. */
  writeBadArguments(method: Method, seqid: number, error: Error): void {
    const text = `arguments of '${method.name}': ${error.message}`;
    this.writeException(method.nameBytes, seqid, ApplicationType.PROTOCOL_ERROR, text);
  }

  /** Answers with a TApplicationException; `text` goes to the client. */
  writeException(name: Buffer, seqid: number, type: ApplicationType, text: string): void {
    const connection = this.#connection;
    if (connection.closed) return;
    const start = connection.beginFrame();
    this.protocol.writeMessageBegin(connection.out, name, MessageType.EXCEPTION, seqid);
    writeApplicationException(connection.out, this.protocol, text, type);
    this.protocol.writeMessageEnd(connection.out);
    connection.endFrame(start);
  }
}
