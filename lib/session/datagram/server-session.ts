/**
 * The answering side of Thrift over UDP: one socket, any number of clients, one message a datagram. Admits, runs and answers calls,
 * and runs no call twice that may not. Knows what one datagram says; procedures are its dispatcher's.
 *
 * The way of a datagram: rate of its source → is it a message → procedure → seen before → cookie → limits → arguments → its turn →
 * handler → size of the answer → at most three times the request to an address that has shown no cookie.
 */
import type { Buffer } from "node:buffer";
import { callRefusal, partingRefusal, type Refusal } from "../../call/admission.ts";
import type { TurnedAway } from "../../call/load.ts";
import type { Procedure } from "../../call/procedure.ts";
import { RunningCalls, type RunningCallsOwner } from "../../call/running-calls.ts";
import { ApplicationType } from "../../codec/application-type.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import { ConnectionError, type DeadlineError } from "../../errors/errors.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { DatagramAddress, DatagramSocket, Platform } from "../../platform/platform.ts";
import { compactFb } from "../../protocol/compact.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageHead, Protocol } from "../../protocol/protocol.ts";
import { MessageType, TType } from "../../protocol/types.ts";
import type { DatagramReceiver } from "../../transport/udp.ts";
import { ByteReader, type ReaderOptions } from "../../wire/byte-reader.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import { type DatagramCounters, noDatagrams } from "./counters.ts";
import { type Datagram, unwrap } from "./envelope.ts";
import type { ExecutedCall } from "./executed-calls.ts";
import { OnceGate } from "./once-gate.ts";
import { DatagramReplyWriter, MAX_TEXT_BYTES } from "./reply-writer.ts";
import { DatagramCall, DatagramRequest } from "./server-call.ts";
import { SourceRates } from "./source-rates.ts";

/** What a server admits over UDP. */
export interface DatagramServerOptions {
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
  /** Largest reply. Default 1,232; at most 65,507. Requests may be as large as they come. */
  readonly maxDatagramBytes: number;
  /** Datagrams a second from one address, and at once. Default 50,000 and 10,000. */
  readonly maxSourceRate: number;
  readonly maxSourceBurst: number;
  /** Calls remembered so that they do not run twice. Default 4,096. */
  readonly maxRememberedCalls: number;
  /** Bytes of answers remembered with them. Default 8 MiB. */
  readonly maxRememberedBytes: number;
}

/** Ports of services that answer anything: an answer to them would come back for ever. */
const REFLECTORS: ReadonlySet<number> = new Set([
  0, 7, 13, 17, 19, 37, 53, 111, 123, 137, 161, 389, 520, 1900, 5353, 11211,
]);

export class DatagramServerSession implements ServerSession, DatagramReceiver, RunningCallsOwner<DatagramCall> {
  /** It stands for all its clients, and never goes for one of a connection. */
  readonly restingSince = undefined;
  readonly counters: DatagramCounters = noDatagrams();
  readonly #dispatcher: ServerSessionOwner;
  readonly #platform: Platform;
  readonly #rates: SourceRates;
  readonly #gate: OnceGate;
  readonly #replies: DatagramReplyWriter;
  readonly #calls: RunningCalls<DatagramCall>;
  readonly #maxDepth: number;
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  #finishing = false;

  constructor(dispatcher: ServerSessionOwner, platform: Platform, options: DatagramServerOptions) {
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#rates = new SourceRates(options.maxSourceRate, options.maxSourceBurst, platform.random() * 0x7fff_ffff);
    this.#replies = new DatagramReplyWriter(this.counters, options.maxDatagramBytes, (error, call) =>
      dispatcher.reportError(error, call),
    );
    this.#gate = new OnceGate(platform, options, this.#replies, this.counters);
    // One share for all: addresses can be forged, and nobody may fill the share of somebody else.
    this.#calls = new RunningCalls(dispatcher, platform, dispatcher.load.hosts.join("UDP"), this);
    // Clients know nothing of one another, and of the numbers that others give their calls.
    this.#calls.forgetIds();
    const { maxStringBytes, maxDepth, maxValueBytes } = options.limits;
    this.#maxDepth = maxDepth;
    this.#reader = new ByteReader({ ...options.reader, maxStringBytes, maxDepth, maxValueBytes });
  }

  /** Begins to answer by `socket`. */
  start(socket: DatagramSocket): void {
    this.#replies.socket = socket;
  }

  onError(error: Error): void {
    this.counters.sendFailures++;
    this.#dispatcher.reportError(error, undefined);
  }

  onDatagram(bytes: Buffer, from: DatagramAddress): void {
    const { counters } = this;
    counters.received++;
    if (REFLECTORS.has(from.port)) return void counters.reflected++;
    if (!this.#rates.take(from.host, this.#platform.now())) return void counters.rateLimited++;
    try {
      this.#onPacket(unwrap(bytes, compactFb), bytes.length, from);
    } catch {
      // Who sent this is not known: an answer could go to somebody else.
      counters.malformed++;
    }
  }

  #onPacket(packet: Datagram, bytes: number, from: DatagramAddress): void {
    this.#reader.reset(packet.buf, packet.start, packet.end);
    packet.protocol.readMessageBegin(this.#reader, this.#head);
    if (this.#head.type === MessageType.CALL) this.#onCall(packet, bytes, from);
    else if (this.#head.type === MessageType.ONEWAY) this.#onOneways(packet, from);
    else this.counters.malformed++;
  }

  /** One message, or several one after another. */
  #onOneways(packet: Datagram, from: DatagramAddress): void {
    const reader = this.#reader;
    const request = this.#requestOf(packet, packet.end - packet.start, from, 0);
    for (;;) {
      this.#takeOneway(packet.protocol, request);
      if (reader.pos >= packet.end) return;
      packet.protocol.readMessageBegin(reader, this.#head);
      if (this.#head.type !== MessageType.ONEWAY) return void this.counters.malformed++;
    }
  }

  #takeOneway(protocol: Protocol, request: DatagramRequest): void {
    const procedure = this.#findProcedure();
    if (procedure?.method.kind !== "oneway" || this.#refusal() !== undefined) {
      this.counters.onewaysDropped++;
      return protocol.encoding.skip(this.#reader, TType.STRUCT, this.#maxDepth, false);
    }
    const { room } = this.#reader;
    const args = methodCodec(procedure.method, protocol).readArgs(this.#reader);
    const bytes = Math.max(request.bytes, room - this.#reader.room);
    this.counters.oneways++;
    this.#calls.run(new DatagramCall(procedure, request, bytes), args);
  }

  #findProcedure(): Procedure | undefined {
    return this.#dispatcher.find(this.#head.nameBuf, this.#head.nameStart, this.#head.nameEnd);
  }

  /** Why nothing more is taken in; undefined when there is room. */
  #refusal(): Refusal | undefined {
    return partingRefusal(this.#dispatcher, this.#finishing) ?? callRefusal(this.#dispatcher, this.#calls);
  }

  #onCall(packet: Datagram, bytes: number, from: DatagramAddress): void {
    const request = this.#requestOf(packet, bytes, from, this.#head.seqid);
    if (packet.call !== undefined) this.#gate.meet(request, packet.call);
    const procedure = this.#findProcedure();
    if (procedure === undefined) {
      const name = this.#nameBytes();
      return this.#replies.refuse(request, name, ApplicationType.UNKNOWN_METHOD, `unknown method '${name.toString()}'`);
    }
    const { method } = procedure;
    if (method.kind === "oneway" && request.envelope === undefined) return this.#onOneways(packet, from);
    if (method.kind === "unary")
      return method.idempotent ? this.#admit(request, procedure) : this.#admitOnce(request, procedure, packet);
    // What waits for an answer is sent again: run without one, it would run each time.
    const text =
      method.kind === "oneway"
        ? `method '${method.name}' is oneway here: it has no answer`
        : `method '${method.name}' is a ${method.kind}: UDP carries no streams, use TCP`;
    this.#replies.refuse(request, method.nameBytes, ApplicationType.INVALID_MESSAGE_TYPE, text);
  }

  #requestOf({ protocol, enveloped }: Datagram, bytes: number, from: DatagramAddress, seqid: number): DatagramRequest {
    return new DatagramRequest(this.#platform, from, protocol, enveloped, bytes, seqid);
  }

  /** Takes a call that may not run twice, if it has not been here before. */
  #admitOnce(request: DatagramRequest, procedure: Procedure, packet: Datagram): void {
    const key = this.#gate.pass(request, procedure.method.nameBytes, packet);
    if (key !== undefined) this.#admit(request, procedure, key);
  }

  /** `key`: of a call that may not run twice. */
  #admit(request: DatagramRequest, procedure: Procedure, key?: string): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) return this.#refuse(request, procedure, refusal.reason);
    const executed = key === undefined ? undefined : this.#gate.begin(request, key);
    if (key !== undefined && executed === undefined)
      return this.#refuse(request, procedure, `overloaded: ${this.#gate.fullness}`);
    this.#readAndRun(request, procedure, executed);
  }

  #readAndRun(request: DatagramRequest, procedure: Procedure, executed: ExecutedCall | undefined): void {
    const { method } = procedure;
    let args: unknown[];
    try {
      args = methodCodec(method, request.protocol).readArgs(this.#reader);
    } catch (error) {
      if (executed !== undefined) this.#gate.abandon(executed);
      // Without the envelope's CRC it may be damaged, and sent by anybody.
      if (request.envelope === undefined) throw error;
      const text = `arguments of '${method.name}': ${(error as Error).message}`;
      return this.#replies.refuse(request, method.nameBytes, ApplicationType.PROTOCOL_ERROR, text);
    }
    const bytes = Math.max(request.bytes, this.#reader.taken);
    this.counters.calls++;
    this.#calls.run(new DatagramCall(procedure, request, bytes, executed), args);
  }

  #refuse(request: DatagramRequest, { method }: Procedure, reason: string): void {
    this.counters.refused++;
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: request.peer, method: method.name, reason });
    this.#replies.refuse(request, method.nameBytes, ApplicationType.LOADSHEDDING, reason);
  }

  onTurnedAway(call: DatagramCall, { reason }: TurnedAway): void {
    this.#calls.leave(call);
    if (call.executed !== undefined) this.#gate.abandon(call.executed);
    if (call.method.kind === "oneway") this.counters.onewaysDropped++;
    else this.#refuse(call.request, call.procedure, reason);
  }

  /** What cannot even be told as a failure is not told to its caller. */
  onOutcome(call: DatagramCall): void {
    this.#calls.leave(call);
    try {
      const reply = this.#replies.encode(call);
      if (call.executed !== undefined) this.#gate.finish(call.executed, reply);
      this.#replies.send(call.request, call.method.nameBytes, reply);
    } catch (error) {
      this.#dispatcher.reportError(error, call);
    }
  }

  /** The answer is still remembered: its caller may ask for it again. */
  onExpired(call: DatagramCall, reason: DeadlineError): void {
    call.abort(reason);
  }

  afterCall(): void {
    this.#closeWhenIdle();
  }

  #nameBytes(): Buffer {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return nameBuf.subarray(nameStart, Math.min(nameEnd, nameStart + MAX_TEXT_BYTES));
  }

  finish(): void {
    this.#finishing = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#finishing && this.#calls.size === 0) this.#close(new ConnectionError("CLOSED", "server has closed"));
  }

  destroy(cause: Error): void {
    this.#close(cause instanceof ConnectionError ? cause : new ConnectionError("CLOSED", cause.message, { cause }));
  }

  #close(reason: ConnectionError): void {
    this.#calls.abandon(reason);
    const { socket } = this.#replies;
    if (socket === undefined) return;
    socket.close();
    this.#replies.socket = undefined;
    this.#gate.stop();
    this.#dispatcher.load.hosts.part(this.#calls.share);
    this.#dispatcher.onSessionClose(this);
  }
}
