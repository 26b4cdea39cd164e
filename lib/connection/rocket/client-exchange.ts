/**
 * The client's end of one stream, sink or bidirectional call on a connection: what each frame means in its state, and what the
 * caller's doing means for the peer. It follows the rules of fbthrift's C++ servers, which end the connection for less.
 *
 *     opening → open (first response came) → over
 *
 * Before the first response nothing but giving up may be sent. A bidirectional call is over when both halves are.
 */
import type { MethodCodec, ResultCodec } from "../../codec/codec.ts";
import { ThriftError } from "../../errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode, Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import type { ClientCall } from "../client-call.ts";
import { FIRST_CREDIT } from "../incoming-items.ts";
import { ItemPump, type Items } from "../item-pump.ts";
import type { Exchange, StreamCall } from "../stream-call.ts";
import { receiveItem } from "./item-receiver.ts";
import { ItemSender, PLAIN_ITEMS, type SourceFailure } from "./item-sender.ts";
import { readElement, readResponse } from "./payload-value.ts";
import type { RocketLink } from "./rocket-link.ts";
import { streamFailure } from "./rpc-failure.ts";

export class ClientExchange implements Exchange {
  readonly call: ClientCall;
  readonly stream: StreamCall;
  readonly streamId: number;
  readonly #link: RocketLink;
  readonly #codec: MethodCodec;
  readonly #onOver: (exchange: ClientExchange) => void;
  #state: "opening" | "open" | "over" = "opening";
  #pump: ItemPump | undefined;
  /** The server sends no more. */
  #received: boolean;

  /** `onOver` is called once: the stream id is free. Throws TypeError when the caller's items cannot be iterated. */
  constructor(
    link: RocketLink,
    streamId: number,
    call: ClientCall,
    stream: StreamCall,
    codec: MethodCodec,
    onOver: (exchange: ClientExchange) => void,
  ) {
    this.#link = link;
    this.streamId = streamId;
    this.call = call;
    this.stream = stream;
    this.#codec = codec;
    this.#onOver = onOver;
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

  #onFirst(frame: Frame): void {
    let value: unknown;
    try {
      value = readResponse(this.#link, frame, this.#codec, this.call);
    } catch (error) {
      if (!frame.has(Flag.COMPLETE)) this.#giveUp();
      return this.#fail(error);
    }
    this.#state = "open";
    // Some servers charge a bidirectional call for the first response, as ours, and C++'s do not: credit that is not there is not waited for.
    this.stream.items?.begin(this.#link.budget, FIRST_CREDIT, this.call.method.kind === "bidi" ? 1 : 0);
    this.call.succeed(value);
    this.#pump?.start();
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
    if (this.#state === "open" && !this.#received) this.#link.request(this.streamId, count);
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
    this.#onOver(this);
  }

  /** The connection is gone. */
  lose(error: unknown): void {
    this.#fail(error);
  }

  #end(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#pump?.stop();
    this.#onOver(this);
  }
}
