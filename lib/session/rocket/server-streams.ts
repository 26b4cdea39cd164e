/**
 * The streams, sinks and bidirectional calls of one Rocket connection: opened, found by their ids, told that their time is over, counted
 * until their handlers have ended. Knows no frames.
 */
import { publishEnd } from "../../call/call-end.ts";
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { HostShare } from "../../call/host-shares.ts";
import { expired } from "../../call/running-calls.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { IdTable } from "../../connection/id-table.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import { type DeadlineOwner, Deadlines } from "../../queue/deadlines.ts";
import type { RocketLink } from "./link.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import type { RocketServerCall } from "./server-call.ts";
import { type ExchangeOwner, ServerExchange } from "./server-exchange.ts";

/** Shared by connections that have had no streams: a table of its own would cost each 200 bytes. Never written to. */
const NO_EXCHANGES = new IdTable<ServerExchange>(2);

/** What streams need of their session. */
export interface ServerStreamsOwner {
  readonly link: RocketLink;
  readonly replies: ReplyWriter;
  readonly dispatcher: Dispatcher;
  /** A stream is over for its client. */
  afterCall(): void;
}

export class ServerStreams implements ExchangeOwner, DeadlineOwner {
  /** Streams whose handlers have not ended. */
  size = 0;
  /** Bytes of their requests. */
  requestBytes = 0;
  readonly share: HostShare;
  readonly link: RocketLink;
  readonly replies: ReplyWriter;
  readonly dispatcher: Dispatcher;
  readonly #owner: ServerStreamsOwner;
  readonly #deadlines: Deadlines;
  #exchanges = NO_EXCHANGES;

  constructor(owner: ServerStreamsOwner, share: HostShare) {
    this.share = share;
    this.link = owner.link;
    this.replies = owner.replies;
    this.dispatcher = owner.dispatcher;
    this.#owner = owner;
    this.#deadlines = new Deadlines(owner.link.connection.platform, false, this);
  }

  /** Streams that are not over for their client. */
  get awaited(): number {
    return this.#exchanges.size;
  }

  /** The stream with this id, unless it is over for its client. */
  get(streamId: number): ServerExchange | undefined {
    return this.#exchanges.get(streamId);
  }

  /** Begins the call; its client may be sent `credit` elements, the first response among them. */
  open(call: RocketServerCall, args: unknown[], credit: number): void {
    const exchange = new ServerExchange(this, call, methodCodec(call.method, call.protocol), credit);
    if (this.#exchanges === NO_EXCHANGES) this.#exchanges = new IdTable(2);
    this.#exchanges.set(call.seqid, exchange);
    this.size++;
    this.requestBytes += call.requestBytes;
    this.dispatcher.load.enterStream(this.share, call.requestBytes);
    this.#deadlines.add(call.deadline);
    exchange.run(args);
  }

  onExchangeOver({ call }: ServerExchange, error: unknown): void {
    this.#exchanges.delete(call.seqid);
    this.link.forget(call.seqid);
    publishEnd(call, this.link.connection.platform, error !== undefined, error);
    this.#owner.afterCall();
  }

  onDue(at: number): void {
    this.#deadlines.add(at);
  }

  onHandlerEnded({ call: { requestBytes } }: ServerExchange): void {
    this.size--;
    this.requestBytes -= requestBytes;
    this.dispatcher.load.leaveStream(this.share, requestBytes);
  }

  reportError(error: unknown, call: RocketServerCall): void {
    this.dispatcher.reportError(error, call);
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of this.#exchanges.values()) {
      const dueAt = exchange.dueAt(now);
      if (dueAt > now) next = Math.min(next, dueAt);
      else if (exchange.opening) this.#expire(exchange);
      else exchange.endIdle();
    }
    this.#owner.afterCall();
    return next;
  }

  #expire(exchange: ServerExchange): void {
    const error = expired(exchange.call);
    this.replies.refuse(exchange.call.seqid, "DEADLINE", error.message);
    exchange.expire(error);
  }

  /** No client is left to grant credit or to cancel: ends all streams. */
  lose(error: ConnectionError): void {
    for (const exchange of this.#exchanges.values()) exchange.lose(error);
  }

  /** Keeps no deadlines any longer. */
  stop(): void {
    this.#deadlines.clear();
  }
}
