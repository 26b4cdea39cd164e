/**
 * What a server is doing: its calls in flight, and the calls among them that wait for their turn because the process has no time to
 * begin them or enough handlers run. Knows no connection, no bytes and no handlers. Why so: docs/decisions/013-overload.md
 *
 *     read → in flight → its turn → begun → answered
 *                  └→ turned away: nothing was begun
 */
import { processBudget } from "../connection/byte-budget.ts";
import { HeldBytes } from "../connection/held-bytes.ts";
import type { ErrorCode } from "../errors/errors.ts";
import type { Platform } from "../platform/platform.ts";
import { Deadlines } from "../queue/deadlines.ts";
import { FairQueue } from "../queue/fair-queue.ts";
import { type HostShare, HostShares } from "./host-shares.ts";
import { Pace } from "./pace.ts";
import { type SilenceLimits, SilentStreams } from "./silent-streams.ts";
import { type CreditLimits, StarvingStreams } from "./starving-streams.ts";

/** What bounds the beginning of calls, and how long streams may wait for their clients. */
export interface LoadLimits extends CreditLimits, SilenceLimits {
  /** Handlers that run at a time, on all connections; further calls wait. Streams are not counted. Default Infinity. */
  readonly maxRunningCalls: number;
  /** Milliseconds that a call may wait to be begun unless its caller says less. Default 5,000. */
  readonly queueTimeoutMs: number;
}

/** A call that was read and is in flight, whose handler has not begun. */
export interface WaitingCall {
  /** Whom it came from: those who have calls waiting take turns, and the calls of each keep their order. */
  readonly from: unknown;
  /** Calls the handler. */
  begin(): void;
  turnAway(why: TurnedAway): void;
  /** True when nobody waits for it any more: it is neither begun nor turned away. */
  readonly gone: boolean;
  /** Called instead when it is gone: until then it takes its place here. */
  letGo(): void;
}

/** Why a call was not begun, to be told to its caller as it stands. */
export class TurnedAway {
  readonly code: ErrorCode & ("OVERLOADED" | "QUEUE_TIMEOUT");
  readonly reason: string;

  constructor(code: "OVERLOADED" | "QUEUE_TIMEOUT", reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

interface Entry {
  readonly call: WaitingCall;
  readonly since: number;
  readonly until: number;
}

/** Milliseconds of one turn of the event loop in which calls may be begun: then it looks at the network before more are. */
const TURN_MS = 10;
/** The clock is read once for this many beginnings: each look costs a small call a thirtieth (bench: rpc/native/small/1x128). */
const LOOK_AT_CLOCK_EVERY = 8;
/** A newcomer is let wait when it would take this share of its patience, so that it is not turned away at the end of it. */
const SURE_SHARE = 0.75;

/** Bytes that peers make a server hold at a moment. */
export interface Held {
  /** Messages that are not all there, and what came after messages that are being worked on. */
  readonly partial: number;
  /** Rocket messages whose fragments are not all there. */
  readonly fragments: number;
  /** Requests in flight. */
  readonly requests: number;
  /** Replies and items that were written and not sent. */
  readonly replies: number;
  /** For zlib streams. */
  readonly zlib: number;
  /** Stream items that wait for their readers, in the whole process. */
  readonly items: number;
}

export class Load {
  /** What is in flight by host. */
  readonly hosts: HostShares = new HostShares();
  /** Those of `streams` that wait for credit. */
  readonly starving: StarvingStreams;
  /** Those of `streams` whose clients may send. */
  readonly silent: SilentStreams;
  #calls = 0;
  #streams = 0;
  #requestBytes = 0;
  /** Handlers that have begun and answer later. */
  #running = 0;
  readonly #platform: Platform;
  readonly #limits: LoadLimits;
  readonly #queue = new FairQueue<Entry>();
  readonly #deadlines: Deadlines;
  #inTurn = false;
  #turnBegan = 0;
  #unlooked = 0;
  /** The pace of the calls in the queue. */
  readonly #pace = new Pace(TURN_MS);
  /** When the queue was last worked off as far as there was time. */
  #servedAt = 0;
  /** When a call last left the queue to be begun, or came into it as the only one. */
  #moved = 0;

  /** What connections hold, to be counted there. */
  readonly heldBytes: HeldBytes;

  constructor(platform: Platform, limits: LoadLimits, heldBytes: HeldBytes = new HeldBytes(Number.POSITIVE_INFINITY)) {
    this.#platform = platform;
    this.heldBytes = heldBytes;
    this.#limits = limits;
    this.#deadlines = new Deadlines(platform, false, this);
    this.starving = new StarvingStreams(platform, limits);
    this.silent = new SilentStreams(platform, limits);
  }

  /** Calls and streams whose handlers have not come to their end, whether anybody waits for them or not. */
  get inFlight(): number {
    return this.#calls + this.#streams;
  }

  /** Unary and oneway calls of `inFlight`. */
  get calls(): number {
    return this.#calls;
  }

  /** Streams, sinks and bidirectional calls of `inFlight`. */
  get streams(): number {
    return this.#streams;
  }

  /** Bytes of the requests of all that is in flight. */
  get requestBytes(): number {
    return this.#requestBytes;
  }

  /** Bytes that peers make this server hold, by kind: all zero when nothing is open. */
  get held(): Held {
    const { heldBytes } = this;
    return {
      partial: heldBytes.of("partial"),
      fragments: heldBytes.of("fragments"),
      requests: this.#requestBytes,
      replies: heldBytes.of("replies") + heldBytes.of("pieces"),
      zlib: heldBytes.of("zlib"),
      items: processBudget.used,
    };
  }

  /** A call of `requestBytes` is in flight until `leave`. */
  enter(share: HostShare, requestBytes: number): void {
    this.#calls++;
    share.calls++;
    this.#hold(share, requestBytes);
  }

  /** Its handler has ended, or was never begun. */
  leave(share: HostShare, requestBytes: number): void {
    this.#calls--;
    share.calls--;
    this.#release(share, requestBytes);
  }

  /** As `enter`, for a stream, sink or bidirectional call. */
  enterStream(share: HostShare, requestBytes: number): void {
    this.#streams++;
    share.streams++;
    this.#hold(share, requestBytes);
  }

  /** As `leave`, for one of those. */
  leaveStream(share: HostShare, requestBytes: number): void {
    if (--this.#streams === 0) this.starving.rest();
    share.streams--;
    this.#release(share, requestBytes);
  }

  #hold(share: HostShare, requestBytes: number): void {
    this.#requestBytes += requestBytes;
    share.requestBytes += requestBytes;
  }

  #release(share: HostShare, requestBytes: number): void {
    this.#requestBytes -= requestBytes;
    share.requestBytes -= requestBytes;
    if (share.sessions === 0) this.hosts.settle(share);
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether a call may be begun at once. `now`: the platform's time, at least of this turn. */
  beginsNow(now: number): boolean {
    if (this.#queue.size > 0 || this.#running >= this.#limits.maxRunningCalls) return false;
    if (++this.#unlooked < LOOK_AT_CLOCK_EVERY) return true;
    this.#unlooked = 0;
    if (!this.#inTurn) this.#beginTurn(now);
    return this.#hasTime();
  }

  #hasTime(): boolean {
    return this.#platform.now() - this.#turnBegan < TURN_MS;
  }

  #beginTurn(now: number): void {
    this.#inTurn = true;
    this.#turnBegan = now;
    this.#platform.afterPoll(this.#onTurnEnd);
  }

  readonly #onTurnEnd = (): void => {
    this.#inTurn = false;
    if (this.#queue.size > 0 && this.#hasPlace) this.#serve();
  };

  get #hasPlace(): boolean {
    return this.#running < this.#limits.maxRunningCalls;
  }

  /** Begins the first of each connection in turn, as long as there are time and places. */
  #serve(): void {
    this.#beginTurn(this.#platform.now());
    while (this.#queue.size > 0 && this.#hasPlace && this.#hasTime()) {
      const { call, since, until } = this.#queue.shift() as Entry;
      const now = this.#platform.now();
      if (call.gone) call.letGo();
      else if (now >= until) call.turnAway(late(now - since));
      else {
        this.#pace.step(now, since);
        this.#moved = now;
        call.begin();
      }
    }
    this.#servedAt = this.#platform.now();
  }

  /**
   * How long a newcomer would wait: as long as the first of its connection has, or nobody was begun if that has none; or as the calls
   * before it take at the present pace.
   */
  #waitToExpect(now: number, from: unknown): number {
    if (this.#queue.size === 0) return 0;
    // With places free, only those whom the last turn left behind wait for want of time: the process may have stood still since.
    const seen = this.#hasPlace ? this.#servedAt : now;
    const since = this.#queue.lineOf(from)?.first?.since ?? this.#moved;
    return Math.max(seen - since, (this.#before(from) * this.#pace.ms) / SURE_SHARE);
  }

  /** Calls that come before a newcomer's: of each line no more than there are in its own, and one. */
  #before(from: unknown): number {
    const { size, lines } = this.#queue;
    return Math.min(size, ((this.#queue.lineOf(from)?.size ?? 0) + 1) * lines);
  }

  /**
   * Lets the call wait for its turn, at most `queueTimeoutMs` (0: as long as the server lets it) and half the time that its caller
   * has left: begun later it would hardly be answered in time. When it would have to wait longer it is turned away at once.
   */
  wait(call: WaitingCall, queueTimeoutMs: number, deadline: number): void {
    const now = this.#platform.now();
    const mayWaitMs = Math.min(
      queueTimeoutMs > 0 ? queueTimeoutMs : Number.POSITIVE_INFINITY,
      this.#limits.queueTimeoutMs,
      (deadline - now) / 2,
    );
    const waitsMs = this.#waitToExpect(now, call.from);
    if (waitsMs >= mayWaitMs) return call.turnAway(crowded(waitsMs, mayWaitMs));
    const until = now + mayWaitMs;
    if (this.#queue.size === 0) this.#moved = now;
    this.#queue.push(call.from, { call, since: now, until });
    this.#deadlines.add(until);
    this.#wake();
  }

  #wake(): void {
    if (!this.#inTurn && this.#queue.size > 0 && this.#hasPlace) this.#beginTurn(this.#platform.now());
  }

  /** A handler has begun that answers later. */
  began(): void {
    this.#running++;
  }

  /** It has come to its end. */
  ended(): void {
    this.#running--;
    if (this.#queue.size > 0) this.#wake();
  }

  /** Implements `DeadlineOwner`: turns away whose time to wait is over; they may stand anywhere in the queue, which keeps its order. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    // Told only afterwards: a connection that has one call less may bring the next at once.
    const leaving: Entry[] = [];
    this.#queue.filter((entry) => {
      const stays = !entry.call.gone && entry.until > now;
      if (stays) next = Math.min(next, entry.until);
      else leaving.push(entry);
      return stays;
    });
    for (const { call, since } of leaving) {
      if (call.gone) call.letGo();
      else call.turnAway(late(now - since));
    }
    return next;
  }
}

function late(waitedMs: number): TurnedAway {
  return new TurnedAway("QUEUE_TIMEOUT", `waited ${Math.round(waitedMs)} ms for its turn and was not begun`);
}

function crowded(waitsMs: number, mayWaitMs: number): TurnedAway {
  const reason = `overloaded: calls would wait ${Math.round(waitsMs)} ms for their turn, this one may wait ${Math.round(Math.max(0, mayWaitMs))} ms`;
  return new TurnedAway("OVERLOADED", reason);
}
