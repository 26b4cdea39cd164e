/**
 * Writes a server's answers over UDP: a result, a failure, a refusal, and what only the envelope says. Knows sizes and how much an
 * address may get, not when a call is over.
 */
import { Buffer } from "node:buffer";
import { writeApplicationException } from "../../codec/application-exception.ts";
import { ApplicationType } from "../../codec/application-type.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { DatagramSocket } from "../../platform/platform.ts";
import { MessageType } from "../../protocol/types.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { MAX_UDP_BYTES } from "./bounds.ts";
import type { DatagramCounters } from "./counters.ts";
import { type ReplyEnvelope, replyEnvelopeBytes, writeReplyEnvelope } from "./envelope.ts";
import { REPLY_WITHHELD } from "./reply-withheld.ts";
import { tooLargeForTheWay } from "./send-failure.ts";
import type { DatagramCall, DatagramRequest } from "./server-call.ts";

const MAX_QUEUED_BYTES = 4 << 20;
const AMPLIFICATION = 3;
/** Every path takes datagrams of that size. */
const SURE_BYTES = 1_232;
/** Longest text of a refusal. */
export const MAX_TEXT_BYTES = 200;

/** Who is told of what no caller will see; `call` where it belongs to one. */
export type ReportError = (error: unknown, call: DatagramCall | undefined) => void;

export class DatagramReplyWriter {
  /** Undefined before the session has begun and after it is over: nothing is sent then. */
  socket: DatagramSocket | undefined;
  readonly #counters: DatagramCounters;
  readonly #maxDatagramBytes: number;
  readonly #reportError: ReportError;
  readonly #out = new ByteWriter(4096);

  constructor(counters: DatagramCounters, maxDatagramBytes: number, reportError: ReportError) {
    this.#counters = counters;
    this.#maxDatagramBytes = maxDatagramBytes;
    this.#reportError = reportError;
  }

  /** The message with the call's outcome, without its envelope: what is sent as often as it is asked for. */
  encode(call: DatagramCall): Buffer {
    const { method, request } = call;
    try {
      this.#writeOutcome(call);
    } catch (error) {
      return this.#failure(call, error);
    }
    const bytes = this.#out.pos + envelopeBytes(request);
    if (bytes <= this.#maxDatagramBytes) return Buffer.from(this.#out.view(0));
    this.#counters.repliesTooBig++;
    return this.#exception(
      request,
      method.nameBytes,
      ApplicationType.INTERNAL_ERROR,
      tooBig(bytes, this.#maxDatagramBytes),
    );
  }

  /** What no declared exception says: that the handler stopped when it was told to, or as little as a stranger may know. */
  #failure(call: DatagramCall, error: unknown): Buffer {
    const { method, request, aborted } = call;
    if (aborted !== undefined && call.wasStoppedBy(error))
      return this.#exception(request, method.nameBytes, ApplicationType.TIMEOUT, aborted.message);
    this.#reportError(error, call);
    const text = `internal error in '${method.name}'`;
    return this.#exception(request, method.nameBytes, ApplicationType.INTERNAL_ERROR, text);
  }

  #writeOutcome({ method, request, state, outcome }: DatagramCall): void {
    const out = this.#out;
    const codec = methodCodec(method, request.protocol);
    out.pos = 0;
    request.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, request.seqid);
    if (state === "succeeded") codec.writeResult(out, outcome);
    else if (!codec.writeException(out, outcome)) throw outcome;
    request.protocol.writeMessageEnd(out);
  }

  #exception(request: DatagramRequest, name: Buffer, type: ApplicationType, text: string): Buffer {
    const out = this.#out;
    out.pos = 0;
    request.protocol.writeMessageBegin(out, name, MessageType.EXCEPTION, request.seqid);
    writeApplicationException(out, request.protocol, text, type);
    request.protocol.writeMessageEnd(out);
    return Buffer.from(out.view(0));
  }

  /** Says that a request was not carried out. */
  refuse(request: DatagramRequest, name: Buffer, type: ApplicationType, text: string): void {
    this.send(request, name, this.#exception(request, Buffer.from(name), type, text.slice(0, MAX_TEXT_BYTES)));
  }

  /** Asks for a good cookie. */
  challenge(request: DatagramRequest, name: Buffer): void {
    this.#counters.challenged++;
    this.#sendStatus(request, name, "c");
  }

  /** Says that the call runs. */
  progress(request: DatagramRequest, name: Buffer): void {
    this.#sendStatus(request, name, "p");
  }

  /** A reply without result: the envelope says it all. */
  #sendStatus(request: DatagramRequest, name: Buffer, status: "p" | "c"): void {
    const out = this.#out;
    out.pos = 0;
    request.protocol.writeMessageBegin(out, name, MessageType.REPLY, request.seqid);
    out.reserve(1)[out.pos++] = 0;
    this.#send(request, Buffer.from(out.view(0)), status);
  }

  /** Sends what `encode` gave. What would be too much for an address that may be forged waits for a cookie. */
  send(request: DatagramRequest, name: Buffer, reply: Buffer): void {
    const bytes = reply.length + envelopeBytes(request);
    if (request.validated || bytes <= request.bytes * AMPLIFICATION) return this.#send(request, reply, "r", name);
    this.#counters.repliesWithheld++;
    if (request.envelope !== undefined) return this.challenge(request, name);
    const told = this.#exception(request, name, ApplicationType.INTERNAL_ERROR, REPLY_WITHHELD);
    if (told.length <= request.bytes * AMPLIFICATION) this.#send(request, told, "r");
  }

  /** Sends a message, in an envelope if the request came in one. `name`: of the method, where it may prove too large for the way. */
  #send(request: DatagramRequest, message: Buffer, status: ReplyEnvelope["status"], name?: Buffer): void {
    const { socket } = this;
    if (socket === undefined || socket.queuedBytes > MAX_QUEUED_BYTES) return void this.#counters.sendFailures++;
    this.#counters.repliesSent++;
    const datagram = request.enveloped ? wrap(request, message, status) : message;
    const sent =
      name === undefined || datagram.length <= SURE_BYTES
        ? this.#sent
        : (error: Error | null) => this.#onSentLarge(error, request, name, datagram.length);
    socket.send(datagram, request.from, sent);
  }

  #onSentLarge(error: Error | null, request: DatagramRequest, name: Buffer, bytes: number): void {
    this.#sent(error);
    if (error === null || !tooLargeForTheWay(error)) return;
    const text = `reply of ${bytes} bytes, more than the network takes: lower maxDatagramBytes of the server, or use TCP`;
    this.refuse(request, name, ApplicationType.INTERNAL_ERROR, text);
  }

  readonly #sent = (error: Error | null): void => {
    if (error === null) return;
    this.#counters.sendFailures++;
    this.#reportError(error, undefined);
  };
}

/** Short: for most requests it stays within three times their bytes, and the handler need not run again for a cookie. */
function tooBig(bytes: number, limit: number): string {
  const more = limit < MAX_UDP_BYTES ? "raise maxDatagramBytes there or use TCP" : "use TCP";
  return `reply of ${bytes} bytes, limit ${limit}: ${more}`;
}

function envelopeBytes({ enveloped, newCookie }: DatagramRequest): number {
  return enveloped ? replyEnvelopeBytes(newCookie) : 0;
}

function wrap(request: DatagramRequest, message: Buffer, status: ReplyEnvelope["status"]): Buffer {
  const before = replyEnvelopeBytes(request.newCookie);
  const datagram = Buffer.allocUnsafe(before + message.length);
  message.copy(datagram, before);
  writeReplyEnvelope(datagram, datagram.length, request.protocol, request.seqid, { status, cookie: request.newCookie });
  return datagram;
}
