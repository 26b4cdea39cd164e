/**
 * Writes the messages that a server answers with: results, declared exceptions, and TApplicationExceptions for all else. Knows one
 * connection's protocol; its session decides when an answer may leave.
 */
import type { Buffer } from "node:buffer";
import type { Dispatcher } from "../call/dispatcher.ts";
import { TurnedAway } from "../call/load.ts";
import { ResponseTooBig } from "../call/response-too-big.ts";
import type { ServerCall } from "../call/server-call.ts";
import { writeApplicationException } from "../codec/application-exception.ts";
import { ApplicationType } from "../codec/application-type.ts";
import { methodCodec } from "../codec/method-codec.ts";
import type { Connection } from "../connection/connection.ts";
import { BadArguments } from "../packed/procedure.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import { ThriftException } from "../schema/exception.ts";
import type { Method } from "../schema/service.ts";
import { isA } from "../user-values/thrown.ts";

/** What an answer repeats of the message that it answers: its seqid, and the number of its frame. */
export interface Asked {
  readonly seqid: number;
  readonly frameSeqid: number;
}

/** The writing half of one server session. */
export class MessageReplyWriter {
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

  /** Answers a call that has its outcome. Does not throw: what cannot even be told as a failure ends the connection. */
  writeAnswer(call: ServerCall): void {
    try {
      if (call.state === "failed") this.#writeError(call, call.outcome);
      else this.#writeValue(call, call.outcome);
    } catch (error) {
      this.#dispatcher.reportError(error, call);
      this.#connection.destroy(error as Error);
    }
  }

  #writeValue(call: ServerCall, value: unknown): void {
    const connection = this.#connection;
    const { out } = connection;
    const { method } = call;
    const before = out.pos;
    try {
      const start = this.#beginReply(call);
      this.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, call.seqid);
      methodCodec(method, this.protocol).writeResult(out, value);
      this.protocol.writeMessageEnd(out);
      this.#endReply(start, before);
    } catch (error) {
      connection.abortFrame(before);
      this.#writeFailure(call, error);
    }
  }

  /** A declared exception is a reply with that field; any other error is a TApplicationException. */
  #writeError(call: ServerCall, error: unknown): void {
    const { out } = this.#connection;
    const before = out.pos;
    try {
      if (this.#writeDeclared(call, error, before)) return;
    } catch (unfit) {
      this.#connection.abortFrame(before);
      return this.#writeFailure(call, isA(error, ThriftException) ? unfit : error);
    }
    this.#connection.abortFrame(before);
    this.#writeFailure(call, error);
  }

  /** Within the `try` of its caller: a header that the framing cannot carry fails the call. */
  #beginReply({ replyHeaders, frameSeqid }: ServerCall): number {
    return this.#connection.beginFrame(replyHeaders, frameSeqid);
  }

  #writeDeclared(call: ServerCall, error: unknown, before: number): boolean {
    const connection = this.#connection;
    const { out } = connection;
    const { method } = call;
    const start = this.#beginReply(call);
    this.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, call.seqid);
    if (!methodCodec(method, this.protocol).writeException(out, error)) return false;
    this.protocol.writeMessageEnd(out);
    this.#endReply(start, before);
    return true;
  }

  /** Throws ResponseTooBig for what the peer would not take. */
  #endReply(start: number, before: number): void {
    const bytes = this.#connection.out.pos - before;
    const { maxFrameBytes } = this.#limits;
    if (bytes > maxFrameBytes) throw new ResponseTooBig("reply", bytes, maxFrameBytes);
    this.#connection.endFrame(start);
  }

  /** What the caller is told of an error that no IDL declares: as little as a stranger may know. */
  #writeFailure(call: ServerCall, cause: unknown): void {
    const { method } = call;
    const { nameBytes } = method;
    if (isA(cause, TurnedAway)) return this.writeException(nameBytes, call, ApplicationType.LOADSHEDDING, cause.reason);
    if (isA(cause, BadArguments)) return this.writeBadArguments(method, call, cause);
    if (call.wasStoppedBy(cause)) return this.#writeStopped(call);
    this.#dispatcher.reportError(cause, call);
    const text = isA(cause, ResponseTooBig)
      ? `'${method.name}': ${cause.message}`
      : `internal error in '${method.name}'`;
    this.writeException(nameBytes, call, ApplicationType.INTERNAL_ERROR, text);
  }

  /** The handler has given up, as it was told to. */
  #writeStopped(call: ServerCall): void {
    this.writeException(call.method.nameBytes, call, ApplicationType.TIMEOUT, (call.aborted as Error).message);
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
