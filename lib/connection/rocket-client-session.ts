import { Deadlines } from "../call/deadlines.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { ConnectionError, DecodeError, type Delivery, type Phase, ThriftError } from "../errors.ts";
import type { Frame } from "../framing/rocket/frame.ts";
import { ErrorFrameCode, FrameType, MAX_STREAM_ID } from "../framing/rocket/frame-type.ts";
import { openMetadataPush } from "../framing/rocket/metadata-push.ts";
import { writeSetup } from "../framing/rocket/setup.ts";
import type { Timer } from "../platform.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { type CallHolder, type ClientCall, lostCall } from "./client-call.ts";
import type { Connection } from "./connection.ts";
import { IdTable } from "./id-table.ts";
import { Keepalive } from "./keepalive.ts";
import { ClientExchange } from "./rocket/client-exchange.ts";
import type { CompressionWish } from "./rocket/compression-config.ts";
import { readResponse } from "./rocket/payload-value.ts";
import { readServerPush, type SetupResponse, writeInteractionTerminate } from "./rocket/push-metadata.ts";
import { RequestWriter } from "./rocket/request-writer.ts";
import { type LinkOptions, type LinkPeer, RocketLink } from "./rocket/rocket-link.ts";
import { requestFailure } from "./rocket/rpc-failure.ts";
import { setupMetadata } from "./rocket/setup-metadata.ts";
import { MAX_ROCKET_VERSION, MIN_ROCKET_VERSION } from "./rocket/versions.ts";
import type { ClientSession, ClientSessionOwner } from "./session.ts";
import type { StreamCall } from "./stream-call.ts";

/** Calls in a row that ended without a byte from the peer, after which new calls go elsewhere. */
const SILENT_CALLS = 3;
/** Ids left in reserve when a connection is replaced for running out of them. */
const RESERVED_IDS = 1_000_000;
/** What connections share that have had no streams: a table of its own would cost each 200 bytes. Never written to. */
const NO_EXCHANGES = new IdTable<ClientExchange>(2);

/** How a Rocket connection speaks. */
export interface RocketOptions extends LinkOptions {
  /** `compactFb` or `binary`: of arguments, results and items. */
  readonly protocol: Protocol;
  /** How replies are wished to be compressed. */
  readonly replyCompression?: CompressionWish;
  /** Milliseconds for the server to take the conversation up. Default 5,000. */
  readonly helloTimeoutMs?: number;
  /** Sends a checksum with arguments, which asks for one with the result. Default false. */
  readonly checksums?: boolean;
}

export class RocketClientSession implements ClientSession, LinkPeer, CallHolder {
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #options: RocketOptions;
  readonly #link: RocketLink;
  readonly #requests: RequestWriter;
  readonly #deadlines: Deadlines;
  readonly #keepalive: Keepalive;
  /** Unary calls that wait, by stream id. */
  readonly #calls = new IdTable<ClientCall>(2);
  #exchanges = NO_EXCHANGES;
  /** Oneway calls that the transport has not got. */
  #oneways: ClientCall[] = [];
  #nextId = 1;
  #nextInteraction = 1n;
  #silent = 0;
  #retired = false;
  #served = false;
  /** The server has taken the conversation up. Before that no call leaves: one that stops may never look at what the kernel has accepted for it. */
  #heard = false;
  /** Until it has. */
  #hello: Timer | undefined;
  #setup: SetupResponse | undefined;

  constructor(connection: Connection, owner: ClientSessionOwner, options: RocketOptions) {
    this.#connection = connection;
    this.#owner = owner;
    this.#options = options;
    this.#link = new RocketLink(connection, this, options);
    this.#requests = new RequestWriter(
      this.#link,
      options.protocol,
      options.replyCompression,
      options.checksums ?? false,
      (call) => {
        call.endsAt = connection.writtenBytes;
      },
    );
    this.#deadlines = new Deadlines(connection.platform, false, this);
    this.#keepalive = new Keepalive(
      connection.platform,
      options.rocketLimits.keepaliveMs,
      () => this.#link.heardFrames,
      () => this.#link.ping(),
      () => this.#onDead(`no answer to a ping within ${options.rocketLimits.keepaliveMs} ms`),
    );
    this.#link.start(`rocket ${options.protocol.name}`);
    const { helloTimeoutMs = 5_000 } = options;
    this.#hello = connection.platform.startTimer(Math.min(helloTimeoutMs, 0x7fff_ffff), false, () =>
      this.#onDead(`no answer within ${helloTimeoutMs} ms`),
    );
    this.#writeSetup();
    this.#keepalive.start();
  }

  #writeSetup(): void {
    const start = this.#link.begin();
    writeSetup(
      this.#link.out,
      setupMetadata({ minVersion: MIN_ROCKET_VERSION, maxVersion: MAX_ROCKET_VERSION, agent: "scrimp" }),
    );
    this.#connection.endFrame(start);
    // One that has nothing to say of itself answers this.
    this.#link.ping();
  }

  onPong(): void {
    if (!this.#heard) this.#onHello();
  }

  #onHello(): void {
    this.#heard = true;
    this.#stopHello();
    this.#owner.onRoom(this);
  }

  #stopHello(): void {
    if (this.#hello !== undefined) this.#connection.platform.stopTimer(this.#hello);
    this.#hello = undefined;
  }

  get silence(): Error | undefined {
    return this.#heard ? undefined : new Error(UNHEARD);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return !this.#retired && this.#connection.open && this.#silent < SILENT_CALLS;
  }

  /** Always: what is too much is held back by credit and by the budget for items. */
  get readsOn(): boolean {
    return true;
  }

  expects(streamId: number): boolean {
    return this.#calls.has(streamId) || this.#exchanges.has(streamId);
  }

  /** What the server said of itself; undefined until it has. */
  get setupResponse(): SetupResponse | undefined {
    return this.#setup;
  }

  /** Calls and streams that are not over, messages not all there, bytes that wait: zero when nothing is left behind. */
  get leftovers(): number {
    return this.#calls.size + this.#exchanges.size + this.#oneways.length + this.#link.leftovers;
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    if (!this.#heard || !this.#connection.hasRoom || !this.usable) return false;
    call.holder = this;
    if (call.interaction?.admits(this, call, () => this.#nextInteraction++) === false) {
      call.fail(strayCall(call));
      return true;
    }
    const streamId = this.#nextId;
    this.#nextId += 2;
    if (this.#nextId > MAX_STREAM_ID - 2 * RESERVED_IDS) this.#retired = true;
    call.seqid = streamId;
    const exchange = call.stream === undefined ? undefined : this.#exchange(call, call.stream, streamId);
    if (call.settled || !this.#write(call, exchange)) {
      call.interaction?.forget(call);
      return true;
    }
    if (exchange !== undefined) {
      if (this.#exchanges === NO_EXCHANGES) this.#exchanges = new IdTable(2);
      this.#exchanges.set(streamId, exchange);
      exchange.begin();
    } else if (call.method.kind === "oneway") this.#oneways.push(call);
    else this.#calls.set(streamId, call);
    this.#deadlines.add(call.deadline, this.now());
    return true;
  }

  /** Undefined when the caller's items are none: the call has failed. */
  #exchange(call: ClientCall, stream: StreamCall, streamId: number): ClientExchange | undefined {
    try {
      const codec = methodCodec(call.method, this.#options.protocol);
      return new ClientExchange(this.#link, streamId, call, stream, codec, (exchange) => this.#onOver(exchange));
    } catch (error) {
      call.fail(error);
      return undefined;
    }
  }

  #write(call: ClientCall, exchange: ClientExchange | undefined): boolean {
    call.heardBytes = this.#connection.receivedBytes;
    try {
      const whole = this.#requests.write(call, call.seqid, exchange?.firstCredit ?? 0);
      // Of a request that leaves in pieces the server knows nothing before the last.
      call.endsAt = whole ? this.#connection.writtenBytes : Number.POSITIVE_INFINITY;
      return true;
    } catch (error) {
      call.fail(error);
      return false;
    }
  }

  onMessage(frame: Frame): void {
    if (frame.type === FrameType.PAYLOAD) {
      this.#served = true;
      const call = this.#calls.get(frame.streamId);
      if (call !== undefined) return this.#onReply(call, frame);
    }
    if (frame.streamId === 0) return this.#onConnectionFrame(frame);
    const exchange = this.#exchanges.get(frame.streamId);
    if (exchange !== undefined) return this.#onExchangeMessage(exchange, frame);
    if (frame.type === FrameType.ERROR) this.#onRefusal(frame);
    else if (frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.REQUEST_CHANNEL)
      throw new DecodeError("invalid", "rocket request from a server");
    // Anything else is late: its call was given up.
  }

  #onReply(call: ClientCall, frame: Frame): void {
    this.#calls.delete(frame.streamId);
    let value: unknown;
    try {
      value = readResponse(this.#link, frame, methodCodec(call.method, this.#options.protocol), call);
    } catch (error) {
      call.fail(error);
      return this.#endWhenRetired();
    }
    call.succeed(value);
    this.#endWhenRetired();
  }

  #onRefusal(frame: Frame): void {
    const call = this.#calls.get(frame.streamId);
    if (call === undefined) return;
    this.#calls.delete(frame.streamId);
    const failure = requestFailure(frame, this.#link.metadata);
    if (!this.#giveBack(call, failure)) call.fail(failure);
    this.#endWhenRetired();
  }

  #onExchangeMessage(exchange: ClientExchange, frame: Frame): void {
    if (frame.type !== FrameType.ERROR || !exchange.opening) return exchange.onMessage(frame);
    const failure = requestFailure(frame, this.#link.metadata);
    if (this.#giveBack(exchange.call, failure)) exchange.handBack();
    else exchange.refuse(failure);
  }

  /** A server that shuts down has not begun the call: it can go to the next connection. */
  #giveBack(call: ClientCall, failure: ThriftError): boolean {
    if (failure.code !== "SHUTTING_DOWN") return false;
    this.#retired = true;
    return this.#owner.onCallBack(call, failure);
  }

  #onConnectionFrame(frame: Frame): void {
    if (frame.type === FrameType.METADATA_PUSH) return this.#onPush(frame);
    if (frame.type !== FrameType.ERROR)
      throw new DecodeError("invalid", `rocket frame of type 0x${frame.type.toString(16)} on stream 0`);
    const text = frame.buf.toString("utf8", frame.metadataEnd, Math.min(frame.end, frame.metadataEnd + 4096));
    if (frame.code === ErrorFrameCode.CONNECTION_CLOSE) {
      this.retire();
      return this.#owner.onLeaving(this, this.#served);
    }
    const code = frame.code < ErrorFrameCode.CONNECTION_ERROR ? "CONNECT_FAILED" : "CONNECTION_LOST";
    this.#connection.destroy(
      new ConnectionError(code, `rocket error 0x${frame.code.toString(16)}: ${text}`, {
        delivery: "unknown",
        peer: this.peer,
      }),
    );
  }

  #onPush(frame: Frame): void {
    this.#link.metadata.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    const push = readServerPush(this.#link.metadata);
    if (push.kind !== "setupResponse") return;
    const { version } = push.value;
    if (version !== 0 && (version < MIN_ROCKET_VERSION || version > MAX_ROCKET_VERSION)) {
      throw new DecodeError(
        "invalid",
        `rocket version ${version} picked by the server, expected ${MIN_ROCKET_VERSION} to ${MAX_ROCKET_VERSION}`,
      );
    }
    this.#setup = push.value;
    if (!this.#heard) this.#onHello();
  }

  /** Ends an interaction at the server. */
  terminate(interactionId: bigint): void {
    if (!this.#connection.open) return;
    const start = this.#link.begin();
    openMetadataPush(this.#link.out);
    writeInteractionTerminate(this.#link.out, interactionId);
    this.#connection.endFrame(start);
  }

  #onOver(exchange: ClientExchange): void {
    this.#exchanges.delete(exchange.streamId);
    this.#link.dropFragments(exchange.streamId);
    this.#link.forget(exchange.streamId);
    this.#endWhenRetired();
  }

  onSent(): void {
    if (this.#oneways.length === 0) return;
    const { sentBytes } = this.#connection;
    this.#oneways = this.#oneways.filter((call) => {
      const waits = !call.settled && call.endsAt > sentBytes;
      if (!waits) call.succeed(undefined);
      return waits;
    });
    this.#endWhenRetired();
  }

  onDrain(): void {
    this.#link.onDrain();
    this.#owner.onRoom(this);
  }

  onEnd(): void {
    // Nothing can come any more.
    this.#connection.destroy();
  }

  #onDead(how: string): void {
    this.#connection.destroy(new ConnectionError("CONNECTION_LOST", how, { peer: this.peer }));
  }

  onClose(closed: ConnectionError): void {
    const unheard = this.#connection.receivedBytes === 0 && closed.code === "CONNECTION_LOST";
    const error = unheard ? withHint(closed) : closed;
    this.#deadlines.clear();
    this.#keepalive.stop();
    this.#stopHello();
    const unsent: ClientCall[] = [];
    for (const call of [...this.#calls.values(), ...this.#oneways]) {
      if (call.settled) continue;
      if (this.#isUnsent(call)) unsent.push(call);
      else call.fail(lostCall(call, error));
    }
    this.#calls.clear();
    this.#oneways = [];
    for (const exchange of this.#exchanges.values()) {
      if (exchange.opening && !exchange.call.settled && this.#isUnsent(exchange.call)) {
        exchange.handBack();
        unsent.push(exchange.call);
      } else exchange.lose(lostCall(exchange.call, error));
    }
    this.#link.close();
    unsent.sort((a, b) => a.seqid - b.seqid);
    this.#owner.onSessionClose(this, unsent, {
      heard: this.#heard,
      error,
      hopeless: !this.#heard && isVerdict(closed),
    });
  }

  retire(): void {
    this.#retired = true;
    this.#endWhenRetired();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  #endWhenRetired(): void {
    if (this.#retired && this.#calls.size === 0 && this.#exchanges.size === 0 && this.#oneways.length === 0)
      this.#connection.end();
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    const look = (call: ClientCall): void => {
      if (call.settled) return;
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else this.#expireCall(call);
    };
    for (const call of this.#calls.values()) look(call);
    for (const exchange of this.#exchanges.values()) look(exchange.call);
    for (const call of this.#oneways) look(call);
    this.#endWhenRetired();
    return next;
  }

  #expireCall(call: ClientCall): void {
    this.#silent = call.heardBytes === this.#connection.receivedBytes ? this.#silent + 1 : 0;
    call.expire(this.#connection.receivedBytes === 0 ? new Error(UNHEARD) : undefined);
  }

  /** Nobody waits any more: the server is told, unless nothing of the request has left. */
  release(call: ClientCall): void {
    const exchange = this.#exchanges.get(call.seqid);
    if (exchange !== undefined) return exchange.abandon();
    if (this.#calls.delete(call.seqid) && this.#link.dropFragments(call.seqid)) this.#link.cancel(call.seqid);
    this.#link.forget(call.seqid);
    this.#endWhenRetired();
  }

  progressOf(call: ClientCall): { phase: Phase; delivery: Delivery } {
    return { phase: this.#isUnsent(call) ? "write" : "wait", delivery: "unknown" };
  }

  #isUnsent(call: ClientCall): boolean {
    return call.endsAt > this.#connection.sentBytes;
  }
}

/** The server has spoken, and it was no welcome. */
function isVerdict({ code, cause }: ConnectionError): boolean {
  return code === "CONNECT_FAILED" || cause instanceof DecodeError;
}

function strayCall({ method }: ClientCall): ThriftError {
  const text = `${method.name}: its interaction has ended, or lived on a connection that is gone`;
  return new ThriftError("UNKNOWN_SESSION", text, { phase: "queue" });
}

/** What a caller must hear who has taken it for granted that the server speaks Rocket. */
const UNHEARD =
  "the server has not said a word on this connection: if it speaks classic Thrift, see the option 'protocol'";

function withHint(error: ConnectionError): ConnectionError {
  const { code, message, delivery, peer, cause } = error;
  return new ConnectionError(code, `${message}; ${UNHEARD}`, {
    delivery,
    ...(peer !== undefined && { peer }),
    ...(cause !== undefined && { cause }),
  });
}
