/**
 * The calling side of Rocket: each call is a stream of its own on the connection, whose id is its number. Knows one connection; which one
 * a call takes, and what becomes of those that come back, is its owner's.
 */
import type { CallHolder, ClientCall, Progress } from "../../call/client-call.ts";
import { inOrder, SentCalls, type SentCallsOwner } from "../../call/sent-calls.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection } from "../../connection/connection.ts";
import { Keepalive } from "../../connection/keepalive.ts";
import { ConnectionError, DecodeError, ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode, FrameType } from "../../framing/rocket/frame-type.ts";
import { openMetadataPush } from "../../framing/rocket/metadata-push.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { StreamCall } from "../../stream/stream-call.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";
import { ClientExchange } from "./client-exchange.ts";
import { ClientStreams, type ClientStreamsOwner } from "./client-streams.ts";
import type { CompressionWish } from "./compression-config.ts";
import { Greeting, withHint } from "./greeting.ts";
import type { RocketLimits } from "./limits.ts";
import { type LinkOptions, type LinkPeer, RocketLink } from "./link.ts";
import { readResponse } from "./payload-value.ts";
import { readServerPush, type SetupResponse, writeInteractionTerminate } from "./push-metadata.ts";
import { RequestWriter } from "./request-writer.ts";
import { requestFailure } from "./rpc-failure.ts";

/** How a client speaks Rocket. */
export interface RocketSpeech {
  /** `compactFb` or `binary`: of arguments, results and items. */
  readonly protocol: Protocol;
  readonly rocketLimits: RocketLimits;
  /** How replies are wished to be compressed. */
  readonly replyCompression?: CompressionWish;
  /** Sends a checksum with arguments, which asks for one with the result. Default false. */
  readonly checksums?: boolean;
}

/** What one connection takes besides. */
export interface RocketClientOptions extends RocketSpeech, LinkOptions {
  /** Milliseconds for the server to take the conversation up. Default 5,000. */
  readonly helloTimeoutMs?: number;
}

export class RocketClientSession implements ClientSession, LinkPeer, CallHolder, SentCallsOwner, ClientStreamsOwner {
  readonly sent: SentCalls;
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #options: RocketClientOptions;
  readonly #link: RocketLink;
  readonly #requests: RequestWriter;
  readonly #keepalive: Keepalive;
  readonly #streams: ClientStreams;
  readonly #greeting: Greeting;
  #nextInteraction = 1n;
  #retired = false;
  #served = false;

  constructor(connection: Connection, owner: ClientSessionOwner, options: RocketClientOptions) {
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
    this.sent = new SentCalls(connection, 2, this);
    this.#streams = new ClientStreams(this.#link, this);
    this.#keepalive = new Keepalive(
      connection.platform,
      options.rocketLimits.keepaliveMs,
      () => this.#link.heardFrames,
      () => this.#link.ping(),
      () => this.#onDead(`no answer to a ping within ${options.rocketLimits.keepaliveMs} ms`),
    );
    this.#greeting = new Greeting(
      this.#link,
      options.helloTimeoutMs,
      () => this.#onAnswered(),
      (how) => this.#onDead(how),
    );
    this.#link.start(`rocket ${options.protocol.name}`);
    this.#greeting.write();
    this.#keepalive.start();
  }

  onPong(): void {
    this.#greeting.onPong();
  }

  #onAnswered(): void {
    this.#owner.onRoom(this);
    this.afterCalls();
  }

  get silence(): Error | undefined {
    return this.#greeting.silence;
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return !this.#retired && this.#connection.open && !this.sent.spent;
  }

  /** Always: what is too much is held back by credit and by the budget for items. */
  get readsOn(): boolean {
    return true;
  }

  expects(streamId: number): boolean {
    return this.sent.has(streamId) || this.#streams.get(streamId) !== undefined;
  }

  /** What the server said of itself; undefined until it has. */
  get setupResponse(): SetupResponse | undefined {
    return this.#greeting.response;
  }

  /** Calls and streams that are not over, messages not all there, bytes that wait: zero when nothing is left behind. */
  get leftovers(): number {
    return this.sent.size + this.#streams.size + this.#link.leftovers;
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    const connection = this.#connection;
    if (!this.#greeting.answered || !connection.hasRoom || connection.writing || !this.usable) return false;
    call.holder = this;
    const refusal = this.#refusal(call);
    if (refusal !== undefined) {
      call.fail(refusal);
      return true;
    }
    call.seqid = this.sent.takeId();
    const exchange = call.stream === undefined ? undefined : this.#exchange(call, call.stream);
    if (call.settled || !this.#write(call, exchange)) call.interaction?.forget(call);
    else this.#onWritten(call, exchange);
    return true;
  }

  /** Why the call cannot go out here; undefined when it can. */
  #refusal(call: ClientCall): ThriftError | undefined {
    const admitted = call.interaction?.admits(this, call, () => this.#nextInteraction++);
    return admitted === false ? strayCall(call) : this.sent.fullness;
  }

  #onWritten(call: ClientCall, exchange: ClientExchange | undefined): void {
    if (exchange === undefined) this.sent.add(call);
    else {
      this.#streams.add(exchange);
      this.#connection.hold(true);
      exchange.begin();
    }
    // A getter among its arguments has cancelled it.
    if (call.settled) this.release(call);
  }

  /** Undefined when the caller's items are none: the call has failed. */
  #exchange(call: ClientCall, stream: StreamCall): ClientExchange | undefined {
    const codec = methodCodec(call.method, this.#options.protocol);
    try {
      return new ClientExchange(this.#link, call.seqid, call, stream, codec, this.#streams);
    } catch (error) {
      call.refuse(error);
      return undefined;
    }
  }

  #write(call: ClientCall, exchange: ClientExchange | undefined): boolean {
    try {
      const whole = this.#requests.write(call, call.seqid, exchange?.firstCredit ?? 0);
      // The server knows nothing of a request in pieces before the last.
      call.endsAt = whole ? this.#connection.writtenBytes : Number.POSITIVE_INFINITY;
      return true;
    } catch (error) {
      call.refuse(error);
      return false;
    }
  }

  onMessage(frame: Frame): void {
    if (frame.type === FrameType.PAYLOAD) {
      this.#served = true;
      const call = this.sent.take(frame.streamId);
      if (call !== undefined) return this.#onReply(call, frame);
    }
    if (frame.streamId === 0) return this.#onConnectionFrame(frame);
    const exchange = this.#streams.get(frame.streamId);
    if (exchange !== undefined) return this.#onExchangeMessage(exchange, frame);
    if (frame.type === FrameType.ERROR) this.#onRefusal(frame);
    else if (frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.REQUEST_CHANNEL)
      throw new DecodeError("invalid", "rocket request from a server");
    // Anything else is late: its call was given up.
  }

  #onReply(call: ClientCall, frame: Frame): void {
    let value: unknown;
    try {
      value = readResponse(this.#link, frame, methodCodec(call.method, this.#options.protocol), call);
    } catch (error) {
      call.fail(error);
      return this.afterCalls();
    }
    call.succeed(value);
    this.afterCalls();
  }

  #onRefusal(frame: Frame): void {
    const call = this.sent.take(frame.streamId);
    if (call === undefined) return;
    const failure = requestFailure(frame, this.#link.metadata);
    if (!this.#giveBack(call, failure)) call.fail(failure);
    this.afterCalls();
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
    if (push.kind === "setupResponse") this.#greeting.onResponse(push.value);
  }

  /** Ends an interaction at the server. */
  terminate(interactionId: bigint): void {
    if (!this.#connection.open) return;
    const start = this.#link.begin();
    openMetadataPush(this.#link.out);
    writeInteractionTerminate(this.#link.out, interactionId);
    this.#connection.endFrame(start);
  }

  onSent(): void {
    this.sent.onSent();
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
    this.#keepalive.stop();
    this.#greeting.stop();
    const unsent = inOrder([...this.sent.lose(error), ...this.#streams.lose(error)]);
    this.#link.close();
    const { answered } = this.#greeting;
    this.#owner.onSessionClose(this, unsent, { heard: answered, error, hopeless: this.#greeting.isHopeless(closed) });
  }

  retire(): void {
    this.#retired = true;
    this.afterCalls();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  /** A call is over. A connection that rests keeps no process alive, and one that is retired has done its part. */
  afterCalls(): void {
    if (this.sent.size + this.#streams.size > 0) return;
    if (this.#greeting.answered) this.#connection.hold(false);
    if (this.#retired) this.#connection.end();
  }

  /** Nobody waits any more: the server is told, unless nothing of the request has left. */
  release(call: ClientCall): void {
    const exchange = this.#streams.get(call.seqid);
    if (exchange !== undefined) return exchange.abandon();
    if (this.sent.giveUp(call) && this.#link.dropFragments(call.seqid)) this.#link.cancel(call.seqid);
    this.#link.forget(call.seqid);
    this.afterCalls();
  }

  progressOf(call: ClientCall): Progress {
    return this.sent.progressOf(call);
  }
}

function strayCall({ method }: ClientCall): ThriftError {
  const text = `${method.name}: its interaction has ended, or lived on a connection that is gone`;
  return new ThriftError("UNKNOWN_SESSION", text, { delivery: "unsent", phase: "queue" });
}
