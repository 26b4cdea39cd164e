/**
 * The server's end of one stream, sink or bidirectional call: it runs the handler, sends the first response, moves items both
 * ways and ends. Knows one stream id; admission is its session's.
 *
 *     opening → open (first response is out) → over
 *
 * Its handler may run on after that, and a generator that is told to end: both are counted until they have.
 */
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { Load } from "../../call/load.ts";
import type { SilentStream } from "../../call/silent-streams.ts";
import type { StarvingStream } from "../../call/starving-streams.ts";
import type { CallRunner } from "../../call/user-code.ts";
import type { MethodCodec, ResultCodec } from "../../codec/codec.ts";
import { type ConnectionError, ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { Flag, FrameType } from "../../framing/rocket/frame-type.ts";
import { FIRST_CREDIT, IncomingItems, type ItemSource } from "../../stream/incoming-items.ts";
import { ItemPump, type Items, type PumpOwner } from "../../stream/item-pump.ts";
import { receiveItem } from "./item-receiver.ts";
import { ItemSender, type SourceFailure } from "./item-sender.ts";
import type { RocketLink } from "./link.ts";
import { type ReplyWriter, WHOLE } from "./reply-writer.ts";
import { streamFailure } from "./rpc-failure.ts";
import type { RocketServerCall } from "./server-call.ts";

/** What an exchange needs of its session. */
export interface ExchangeOwner {
  readonly link: RocketLink;
  readonly replies: ReplyWriter;
  readonly dispatcher: Dispatcher;
  /** An error of the handler that its caller will not see. */
  reportError(error: unknown, call: RocketServerCall): void;
  /** The stream id is free; called once. */
  onExchangeOver(exchange: ServerExchange, error: unknown): void;
  /** The exchange wants to be asked at that time whether its time is over, in the platform's milliseconds. */
  onDue(at: number): void;
  /** Nothing of the handler runs any more; called once. */
  onHandlerEnded(exchange: ServerExchange): void;
}

/** What a handler gives whose method has a first response. */
interface Opened {
  readonly response: unknown;
  readonly stream?: unknown;
  readonly final?: unknown;
}

export class ServerExchange
  implements ItemSource, PumpOwner, StarvingStream, SilentStream, CallRunner<RocketServerCall>
{
  readonly call: RocketServerCall;
  readonly #owner: ExchangeOwner;
  readonly #codec: MethodCodec;
  readonly #items: IncomingItems | undefined;
  #state: "opening" | "open" | "over" = "opening";
  /** Credit for elements that came before there was a source of them. */
  #credit: number;
  #pump: ItemPump | undefined;
  #sent = false;
  /** When its client was last heard, or could not send. */
  #heardAt = 0;
  /** The handler, and the source that it gave: what of them runs. */
  #running = 1;

  /** `credit`: of the request; the first response costs one. */
  constructor(owner: ExchangeOwner, call: RocketServerCall, codec: MethodCodec, credit: number) {
    this.#owner = owner;
    this.call = call;
    this.#codec = codec;
    this.#credit = credit - 1;
    const { streamItems, streamBytes } = owner.link.rocketLimits;
    if (codec.sink !== undefined)
      this.#items = new IncomingItems({ maxItems: streamItems, maxBytes: streamBytes }, this);
  }

  get opening(): boolean {
    return this.#state === "opening";
  }

  get #idleTimeoutMs(): number {
    return this.#owner.dispatcher.limits.streamIdleTimeoutMs;
  }

  /** When its time is over as things stand: for its first response, then for its client's next item. */
  dueAt(now: number): number {
    if (this.#state === "opening") return this.call.deadline;
    if (this.#items?.open !== true) return Number.POSITIVE_INFINITY;
    if (this.#items.waitingItems > 0) this.#heardAt = now;
    return this.#heardAt + this.#idleTimeoutMs;
  }

  get #kind(): "stream" | "sink" | "bidi" {
    return this.call.method.kind as "stream" | "sink" | "bidi";
  }

  /** A sink whose handler gives the final response itself: the first is out before that. */
  get #opensAtOnce(): boolean {
    return this.#kind === "sink" && this.call.method.returns === undefined;
  }

  /** Hands the arguments, and the caller's items after them, to the handler. */
  run(args: unknown[]): void {
    if (this.#items !== undefined) args.push(this.#items);
    if (this.#owner.dispatcher.code.begin(this.call, args, this)) this.onSettled();
    else if (this.#opensAtOnce) void this.#openSink();
  }

  /** The handler has given what it has to give, or failed. */
  onSettled(): void {
    void this.#goOn();
  }

  async #goOn(): Promise<void> {
    const { call } = this;
    try {
      if (call.state === "failed") throw call.outcome;
      if (this.#opensAtOnce) await this.#final(undefined, call.outcome);
      else if (call.method.returns === undefined) await this.#begin(undefined, call.outcome);
      else await this.#opened(call.outcome as Opened);
    } catch (error) {
      this.#fail(error);
    }
    this.onSourceEnded();
  }

  async #opened({ response, stream, final }: Opened): Promise<void> {
    if (this.#kind === "sink") await this.#final(response, final);
    else await this.#begin(response, stream);
  }

  /** The pump calls this too. */
  onSourceEnded(): void {
    if (--this.#running === 0) this.#owner.onHandlerEnded(this);
  }

  /** Elements from a stream's or bidirectional call's handler. */
  async #begin(response: unknown, source: unknown): Promise<void> {
    const pump = new ItemPump(source as Items, this.#sender(this.#codec.stream as ResultCodec), this);
    this.#running++;
    if (this.#state === "over") return pump.stop();
    this.#pump = pump;
    await this.#first(response);
    this.#openItems();
    pump.grant(this.#credit);
    pump.start();
  }

  async #openSink(): Promise<void> {
    try {
      await this.#first(undefined);
      this.#openItems();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** `final` may be a promise; it is waited for though the caller has gone. */
  async #final(response: unknown, final: unknown): Promise<void> {
    const outcome = settled(final);
    if (this.#state === "opening") {
      await this.#first(response);
      this.#openItems();
    }
    const value = await outcome;
    if (this.#state === "over") return this.#reportLate(value);
    if ("error" in value) throw value.error;
    this.#sender(this.#codec.final as ResultCodec).write(value.value, WHOLE);
    this.#end(undefined);
  }

  #openItems(): void {
    if (this.#items === undefined || this.#state !== "open") return;
    const { link } = this.#owner;
    this.#items.begin(link.budget, FIRST_CREDIT);
    link.request(this.call.seqid, FIRST_CREDIT);
    this.#heardAt = link.connection.platform.now();
    this.#load.silent.enter(this);
    if (this.#idleTimeoutMs === Number.POSITIVE_INFINITY) return;
    this.#owner.onDue(this.#heardAt + this.#idleTimeoutMs);
  }

  /** Waits until the first response is out, or its caller is gone. */
  #first(response: unknown): Promise<void> | undefined {
    let gone: (() => void) | undefined;
    const whole = this.#owner.replies.value(this.call, this.#codec, response, Flag.NEXT, () => gone?.());
    this.call.answered = true;
    this.#state = "open";
    if (whole) return undefined;
    return new Promise((resolve) => {
      gone = resolve;
    });
  }

  #sender(codec: ResultCodec): ItemSender {
    return new ItemSender(this.#owner.link, this.call.seqid, codec, this.call.compression, (failure) =>
      this.#onSourceOver(failure),
    );
  }

  /** The handler failed: before the first response that is the answer, after it the end of the items. Does not throw. */
  #fail(error: unknown): void {
    if (this.#state === "over") return this.#reportLate({ error });
    if (this.#state === "open")
      return this.#sender((this.#codec.final ?? this.#codec.stream) as ResultCodec).fail(error);
    this.#answerFailure(error);
    this.#end(error);
  }

  #answerFailure(error: unknown): void {
    const { replies, link } = this.#owner;
    try {
      const untold = replies.failure(this.call, this.#codec, error);
      if (untold !== undefined) this.#owner.reportError(untold, this.call);
    } catch (broken) {
      this.#owner.reportError(broken, this.call);
      link.connection.destroy(broken as Error);
    }
  }

  #reportLate(outcome: { readonly error: unknown } | { readonly value: unknown }): void {
    if ("error" in outcome && !this.call.wasStoppedBy(outcome.error)) this.#owner.reportError(outcome.error, this.call);
  }

  /** All elements are out, or their source failed. Nobody reads the caller's items after that. */
  #onSourceOver(failure: SourceFailure | undefined): void {
    if (failure !== undefined && !failure.declared) this.#owner.reportError(failure.error, this.call);
    if (this.#items?.open === true && this.#kind === "bidi") this.#owner.link.cancel(this.call.seqid);
    this.#end(failure?.error);
  }

  onMessage(frame: Frame): void {
    this.#heardAt = this.#owner.link.connection.now();
    switch (frame.type) {
      case FrameType.PAYLOAD:
        return this.#onItem(frame);
      case FrameType.REQUEST_N:
        return this.#grant(frame.credit);
      case FrameType.CANCEL:
        return this.#onCancel();
      case FrameType.ERROR:
        return this.#onError(frame);
      default:
        return;
    }
  }

  #grant(count: number): void {
    if (this.#pump === undefined) this.#credit = Math.min(0x7fffffff, this.#credit + count);
    else {
      this.#pump.grant(count);
      if (count > 0) this.#load.starving.leave(this);
    }
  }

  #onItem(frame: Frame): void {
    if (this.#items === undefined) return;
    const { link } = this.#owner;
    const received = receiveItem(link, frame, this.#codec.sink as ResultCodec, this.#items);
    if (received === "more") return;
    if (received === "broken") link.cancel(this.call.seqid);
    this.#onReceived();
  }

  /** The caller sends no more. */
  #onReceived(): void {
    if (this.#sent) this.#end(undefined);
  }

  /** The caller has stopped reading; that of a bidirectional call may still send. */
  #onCancel(): void {
    if (this.#kind !== "bidi" || this.#items?.open !== true || this.#state === "opening")
      return this.#giveUp(cancelled());
    this.#sent = true;
    this.#pump?.stop();
  }

  /** The caller has stopped sending, and sends no end. */
  #onError(frame: Frame): void {
    const { link } = this.#owner;
    const failure = streamFailure(frame, link.metadata);
    this.#items?.abort(failure);
    if (this.#kind !== "bidi" || this.#sent || this.#state === "opening") this.#giveUp(failure);
  }

  /** Nobody waits: the handler is told by its signal. */
  #giveUp(reason: Error): void {
    if (this.#state === "over") return;
    this.#items?.abort(reason);
    this.call.abort(reason);
    this.#owner.link.dropFragments(this.call.seqid);
    this.#end(reason);
  }

  get #load(): Load {
    return this.#owner.dispatcher.load;
  }

  /** Implements `PumpOwner`. */
  onStarving(): void {
    this.#load.starving.enter(this);
  }

  endStarved(waitedMs: number): void {
    this.#endFor("STREAM_CREDIT_TIMEOUT", `an item has waited ${Math.round(waitedMs)} ms for credit`);
  }

  /** Its client has sent nothing for too long. */
  endIdle(): void {
    this.endSilent(this.#idleTimeoutMs);
  }

  get silentSince(): number | undefined {
    return this.#items?.open === true && this.#items.waitingItems === 0 ? this.#heardAt : undefined;
  }

  endSilent(silentMs: number): void {
    this.#endFor("STREAM_IDLE", `its client has sent nothing for ${Math.round(silentMs)} ms`);
  }

  /** Tells client and handler. */
  #endFor(code: "STREAM_CREDIT_TIMEOUT" | "STREAM_IDLE", what: string): void {
    const text = `'${this.call.method.name}': ${what}`;
    this.#owner.link.rpcError(this.call.seqid, code, text);
    this.#giveUp(new ThriftError(code, text, { delivery: "answered", phase: "stream" }));
  }

  /** The time for the first response is over. */
  expire(reason: Error): void {
    this.#giveUp(reason);
  }

  /** The connection is gone. */
  lose(error: ConnectionError): void {
    this.#giveUp(error);
  }

  request(count: number): void {
    if (this.#state !== "open") return;
    this.#heardAt = this.#owner.link.connection.now();
    this.#owner.link.request(this.call.seqid, count);
  }

  /** The handler reads no more: a sink's caller learns it by the final response. */
  cancel(): void {
    if (this.#state !== "open" || this.#kind === "sink") return;
    this.#owner.link.cancel(this.call.seqid);
    this.#onReceived();
  }

  #end(error: unknown): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#pump?.stop();
    this.#load.starving.leave(this);
    this.#load.silent.leave(this);
    // Behind its own end, or that of its caller, a handler reads nothing more.
    if (this.call.aborted === undefined) this.#items?.discard();
    this.#owner.onExchangeOver(this, error);
  }
}

function cancelled(): ThriftError {
  return new ThriftError("CANCELLED", "cancelled by its caller", { delivery: "answered", phase: "stream" });
}

/** The outcome of `value`, which may be a promise; never rejects. */
async function settled(value: unknown): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await value };
  } catch (error) {
    return { error };
  }
}
