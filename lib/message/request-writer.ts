/** Writes the message of a call, and refuses what no message can carry. Knows one connection's framing and protocol. */
import type { ClientCall } from "../call/client-call.ts";
import { methodCodec } from "../codec/method-codec.ts";
import type { Connection } from "../connection/connection.ts";
import { ThriftError } from "../errors/errors.ts";
import { type CallHeaders, CLIENT_TIMEOUT_HEADER } from "../framing/call-headers.ts";
import type { FrameWriter } from "../framing/framing.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";

/** The requests of one connection. */
export class MessageRequestWriter {
  readonly #connection: Connection;
  readonly #framing: FrameWriter;
  readonly #protocol: Protocol;
  readonly #limits: Limits;

  constructor(connection: Connection, framing: FrameWriter, protocol: Protocol, limits: Limits) {
    this.#connection = connection;
    this.#framing = framing;
    this.#protocol = protocol;
    this.#limits = limits;
  }

  /** Puts the whole frame into this tick's batch. False: nothing was written, and the call has failed. `seqid`: 0 for a oneway call. */
  write(call: ClientCall, seqid: number): boolean {
    const connection = this.#connection;
    const { out } = connection;
    const start = out.pos;
    try {
      this.#begin(call, seqid);
      const type = call.method.kind === "oneway" ? MessageType.ONEWAY : MessageType.CALL;
      this.#protocol.writeMessageBegin(out, call.wireName, type, seqid);
      methodCodec(call.method, this.#protocol).writeArgs(out, call.args);
      this.#protocol.writeMessageEnd(out);
      const bytes = out.pos - start;
      if (bytes > this.#limits.maxFrameBytes) throw tooBig(bytes, this.#limits);
      connection.endFrame(start);
    } catch (error) {
      connection.abortFrame(start);
      call.refuse(error);
      return false;
    }
    return true;
  }

  #begin(call: ClientCall, seqid: number): void {
    const framing = this.#framing;
    const { headers } = call;
    if (headers !== undefined) framing.judge?.(headers);
    this.#connection.beginFrame(
      framing.carriesHeaders ? headersWithTimeout(call, this.#connection.now()) : undefined,
      seqid,
    );
    if (headers !== undefined && !framing.carriesHeaders) throw noHeaders(framing);
  }
}

/** Why a call cannot be a message, and needs another family; undefined when it can. */
export function unfitForMessages({ stream, interaction, queueTimeoutMs, method }: ClientCall): ThriftError | undefined {
  if (stream === undefined && interaction === undefined && queueTimeoutMs === 0) return undefined;
  const what =
    stream !== undefined ? `a ${method.kind} call` : interaction !== undefined ? "an interaction" : "queueTimeoutMs";
  return new ThriftError("UNSUPPORTED", `${method.name}: ${what} needs a rocket connection`, {
    delivery: "unsent",
    phase: "encode",
  });
}

/** What the call's headers are on the wire: they say how long its caller will wait. */
function headersWithTimeout({ headers, deadline }: ClientCall, now: number): CallHeaders | undefined {
  if (deadline === Number.POSITIVE_INFINITY) return headers;
  const timeoutMs = `${Math.max(1, Math.ceil(deadline - now))}`;
  return new Map([...(headers ?? []), [CLIENT_TIMEOUT_HEADER, timeoutMs]]);
}

function noHeaders(framing: FrameWriter): ThriftError {
  return new ThriftError("UNSUPPORTED", `headers cannot cross a ${framing.name} connection`, {
    delivery: "unsent",
    phase: "encode",
  });
}

function tooBig(bytes: number, limits: Limits): ThriftError {
  return new ThriftError("LIMIT_EXCEEDED", `message of ${bytes} bytes, limit ${limits.maxFrameBytes}`, {
    delivery: "unsent",
    phase: "encode",
  });
}
