/**
 * The client's end of one stream, sink or bidirectional call on a connection: what each frame means in its state, and what the
 * caller's doing means for the peer. It follows the rules of fbthrift's C++ servers, which end the connection for less.
 *
 *     opening → open (first response came) → over
 *
 * Before the first response nothing but giving up may be sent. A bidirectional call is over when both halves are.
 */
import type { ClientCall } from "../../call/client-call.ts";
import type { MethodCodec, ResultCodec } from "../../codec/codec.ts";
import { DeadlineError, ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode, Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import { FIRST_CREDIT } from "../../stream/incoming-items.ts";
import { ItemPump, type Items } from "../../stream/item-pump.ts";
import type { Exchange, StreamCall } from "../../stream/stream-call.ts";
import { receiveItem } from "./item-receiver.ts";
import { ItemSender, PLAIN_ITEMS, type SourceFailure } from "./item-sender.ts";
import type { RocketLink } from "./link.ts";
import { readElement, readResponse } from "./payload-value.ts";
import { streamFailure } from "./rpc-failure.ts";

/** The session that the exchange is on. */
export interface ExchangeOwner {
  /** Called once: the stream id is free. */
  onOver(exchange: ClientExchange): void;
  /** The exchange wants to be asked at that time whether it is due, in the platform's milliseconds. */
  onDue(at: number): void;
}

export class ClientExchange implements Exchange {
  readonly call: ClientCall;
  readonly stream: StreamCall;
  readonly streamId: number;
  readonly #link: RocketLink;
  readonly #codec: MethodCodec;
  readonly #owner: ExchangeOwner;
  #state: "opening" | "open" | "over" = "opening";
  #pump: ItemPump | undefined;
  /** The server sends no more. */
  #received: boolean;
  /** When the server was last heard on this stream, or got what it waited for; kept where that is bounded. */
  #heardAt = 0;

  /** Throws TypeError when the caller's items cannot be iterated. */
  constructor(
    link: RocketLink,
    streamId: number,
    call: ClientCall,
    stream: StreamCall,
    codec: MethodCodec,
    owner: ExchangeOwner,
  ) {
    this.#link = link;
    this.streamId = streamId;
    this.call = call;
    this.stream = stream;
    this.#codec = codec;
    this.#owner = owner;
    this.#received = stream.items === undefined;
    if (codec.sink !== undefined) this.#pump = new ItemPump(stream.source as Items, this.#sender(codec.sink));
  }

  get opening(): boolean {
    return this.#state === "opening";
  }

  /** Credit to begin with: one for the first response, and for a sink one for the final. */
  get firstCredit(): number {
    return this.stream.items === undefined ? 2 : FIRST_CREDIT + 1;
  }

  #sender(codec: ResultCodec): ItemSender {
    return new ItemSender(this.#link, this.streamId, codec, PLAIN_ITEMS, (failure) => this.#onSourceOver(failure));
  }

  /** The connection has the request: from now on the caller's doing reaches the peer. */
  begin(): void {
    this.stream.carryBy(this);
  }

  onMessage(frame: Frame): void {
    this.#hear();
    switch (frame.type) {
      case FrameType.PAYLOAD:
        return this.#state === "opening" ? this.#onFirst(frame) : this.#onPayload(frame);
      case FrameType.ERROR:
        return this.#onError(frame);
      case FrameType.REQUEST_N:
        return this.#pump?.grant(frame.credit);
      case FrameType.CANCEL:
        return this.#onCancel();
      default:
        return;
    }
  }

  #hear(): void {
    if (this.stream.idleTimeoutMs !== Number.POSITIVE_INFINITY) this.#heardAt = this.#link.connection.now();
  }

  /** Ends it if it is due; else gives when to ask again. Only for one that is open: before, its call has the deadline. */
  sweep(now: number): number {
    const { deadline, idleTimeoutMs } = this.stream;
    if (deadline <= now) return this.#expire();
    if (idleTimeoutMs === Number.POSITIVE_INFINITY) return deadline;
    if (!this.#waitsForServer()) this.#heardAt = now;
    const idleAt = this.#heardAt + idleTimeoutMs;
    return idleAt <= now ? this.#endIdle() : Math.min(deadline, idleAt);
  }

  #waitsForServer(): boolean {
    return (this.stream.items?.waitingItems ?? 0) === 0 && this.#pump?.waitsForPeer !== false;
  }

  #expire(): number {
    const { method, startedAt, origin } = this.call;
    const text = `${method.name} to ${origin.peer}: no end within ${Math.round(this.stream.deadline - startedAt)} ms (stream)`;
    return this.#endFor(new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "stream" }));
  }

  #endIdle(): number {
    const text = `${this.call.method.name}: nothing came for ${this.stream.idleTimeoutMs} ms`;
    return this.#endFor(new ThriftError("STREAM_IDLE", text, { delivery: "answered", phase: "stream" }));
  }

  #endFor(error: ThriftError): number {
    const { method, startedAt, origin } = this.call;
    error.locate({ peer: origin.peer, method: method.name, elapsedMs: origin.now() - startedAt });
    this.abandon();
    this.stream.abort(error);
    return Number.POSITIVE_INFINITY;
  }

  #onFirst(frame: Frame): void {
    let value: unknown;
    try {
      value = readResponse(this.#link, frame, this.#codec, this.call);
    } catch (error) {
      if (!frame.has(Flag.COMPLETE)) this.#giveUp();
      return this.#fail(error);
    }
    // Who was shown its headers has failed it.
    if (this.call.settled) {
      if (!frame.has(Flag.COMPLETE)) this.#giveUp();
      return this.#end();
    }
    this.#state = "open";
    // Some servers charge a bidirectional call for the first response, as ours, and C++'s do not: credit that is not there is not waited for.
    this.stream.items?.begin(this.#link.budget, FIRST_CREDIT, this.call.method.kind === "bidi" ? 1 : 0);
    this.call.succeed(value);
    this.#pump?.start();
    if (this.stream.idleTimeoutMs !== Number.POSITIVE_INFINITY)
      this.#owner.onDue(this.#heardAt + this.stream.idleTimeoutMs);
    if (frame.has(Flag.COMPLETE)) this.#onReceived();
  }

  #onPayload(frame: Frame): void {
    if (this.#received && this.stream.items !== undefined) return;
    if (this.stream.items === undefined) return this.#onFinal(frame);
    const received = receiveItem(this.#link, frame, this.#codec.stream as ResultCodec, this.stream.items);
    if (received === "broken") this.#link.cancel(this.streamId);
    if (received !== "more") this.#onReceived();
  }

  #onFinal(frame: Frame): void {
    if (!frame.has(Flag.NEXT) || !frame.has(Flag.COMPLETE)) {
      this.#giveUp();
      return this.#fail(
        new ThriftError("PROTOCOL_ERROR", "sink ended without a final response", {
          delivery: "answered",
          phase: "stream",
        }),
      );
    }
    let value: unknown;
    try {
      value = readElement(this.#link, frame, this.#codec.final as ResultCodec);
    } catch (error) {
      return this.#fail(error);
    }
    this.#end();
    this.stream.succeed(value);
  }

  /** The server has said its last; for a sink that never comes without a final response. */
  #onReceived(): void {
    this.#received = true;
    this.stream.items?.end();
    if (this.stream.items === undefined)
      return this.#fail(
        new ThriftError("PROTOCOL_ERROR", "sink ended with its first response", {
          delivery: "answered",
          phase: "stream",
        }),
      );
    this.#endIfDone();
  }

  #onError(frame: Frame): void {
    this.#fail(streamFailure(frame, this.#link.metadata));
  }

  /** The server has turned the call away. */
  refuse(failure: ThriftError): void {
    this.#fail(failure);
  }

  /** The server wants no more of the caller's items. */
  #onCancel(): void {
    this.#pump?.stop();
    this.#endIfDone();
  }

  /** The caller's items have come to their end; a failure ends the call as well, for its server frees the stream. */
  #onSourceOver(failure: SourceFailure | undefined): void {
    if (failure === undefined) return this.#endIfDone();
    if (!this.#received) this.#link.cancel(this.streamId);
    this.#fail(failure.error);
  }

  #endIfDone(): void {
    if (this.stream.items === undefined || !this.#received || this.#pump?.over === false) return;
    this.#end();
    this.stream.finish();
  }

  request(count: number): void {
    if (this.#state !== "open" || this.#received) return;
    this.#hear();
    this.#link.request(this.streamId, count);
  }

  /** The caller stops reading: for a bidirectional call it also sends no more. */
  cancel(): void {
    this.stream.cancel();
  }

  abandon(): void {
    if (this.#state === "over") return;
    this.#giveUp();
    this.#end();
  }

  /** Tells the peer what it must be told to free the stream. */
  #giveUp(): void {
    const { streamId } = this;
    if (!this.#link.dropFragments(streamId)) return;
    const sends = this.#pump !== undefined && !this.#pump.over;
    if (!this.#received) this.#link.cancel(streamId);
    if (sends && (this.#state === "open" || this.stream.items === undefined))
      this.#link.errorText(streamId, ErrorFrameCode.CANCELED, "");
  }

  #fail(error: unknown): void {
    this.#end();
    if (this.call.settled) this.stream.fail(error);
    else this.call.fail(error);
  }

  /** The server has begun nothing of it: another connection may take the call on, and the caller's items, of which none was asked for. */
  handBack(): void {
    this.#state = "over";
    this.#owner.onOver(this);
  }

  /** The connection is gone. */
  lose(error: unknown): void {
    this.#fail(error);
  }

  #end(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#pump?.stop();
    this.#owner.onOver(this);
  }
}
