/**
 * The calls of one client session that were sent and are not over, the same for every protocol family: under ids that are never given twice,
 * until an answer comes, the time is over, the caller gives up, or the connection ends. A oneway call is over when the transport has all of
 * it. Knows no bytes; the session decides what an answer says.
 *
 *     takeId → written → sent → taken: answered by its session
 *                          └→ expired, given up, lost or handed back unsent
 */
import type { Connection } from "../connection/connection.ts";
import { IdTable } from "../connection/id-table.ts";
import { type ConnectionError, ThriftError } from "../errors/errors.ts";
import { type DeadlineOwner, Deadlines } from "../queue/deadlines.ts";
import { type ClientCall, lostCall, type Progress } from "./client-call.ts";

/** Calls in a row that ended without a byte from the peer, after which new calls go elsewhere. */
const SILENT_CALLS = 3;
/** Ids left in reserve when a connection is replaced for running out of them. */
const RESERVED_IDS = 1_000_000;
const MAX_ID = 0x7fff_ffff;
/** Calls that may wait for answers on one connection. */
const MAX_SENT_CALLS = 65_536;

/** The session whose calls they are. */
export interface SentCallsOwner {
  /** Calls are over, though no answer came. */
  afterCalls(): void;
  /** What a call is told whose time is over although its connection stands: why the server may be silent. */
  readonly silence?: Error | undefined;
}

/** The calls of one session. */
export class SentCalls implements DeadlineOwner {
  /** Calls that were given up, whose answers may still come. */
  #givenUp = 0;
  readonly #connection: Connection;
  readonly #owner: SentCallsOwner;
  readonly #step: 1 | 2;
  readonly #deadlines: Deadlines;
  readonly #calls: IdTable<ClientCall>;
  /** Oneway calls that the transport has not got. */
  #oneways: ClientCall[] = [];
  #nextId = 1;
  #silent = 0;

  /** `step`: by how much ids grow. */
  constructor(connection: Connection, step: 1 | 2, owner: SentCallsOwner) {
    this.#connection = connection;
    this.#owner = owner;
    this.#step = step;
    this.#calls = new IdTable(step);
    this.#deadlines = new Deadlines(connection.platform, false, this);
  }

  get size(): number {
    return this.#calls.size + this.#oneways.length;
  }

  /** Why there is no place for another call; undefined when there is. */
  get fullness(): ThriftError | undefined {
    if (this.#calls.size < MAX_SENT_CALLS) return undefined;
    const text = `${MAX_SENT_CALLS} calls wait on one connection`;
    return new ThriftError("OVERLOADED", text, { delivery: "unsent", phase: "queue" });
  }

  /** New calls should go elsewhere: the ids run out, or the peer has fallen silent. */
  get spent(): boolean {
    return this.#nextId > MAX_ID - this.#step * RESERVED_IDS || this.#silent >= SILENT_CALLS;
  }

  /** The id for the next call, which no call had before. */
  takeId(): number {
    const id = this.#nextId;
    this.#nextId += this.#step;
    return id;
  }

  /** The call is written, as its `seqid` and `endsAt` say. */
  add(call: ClientCall): void {
    call.heardBytes = this.#connection.receivedBytes;
    if (call.method.kind === "oneway") this.#oneways.push(call);
    else this.#calls.set(call.seqid, call);
    this.#deadlines.add(call.deadline);
    this.#connection.hold(true);
  }

  has(id: number): boolean {
    return this.#calls.has(id);
  }

  /** The peer has answered: gives the call, which is over; undefined when none waits under `id`. */
  take(id: number): ClientCall | undefined {
    this.#silent = 0;
    const call = this.#calls.get(id);
    if (call !== undefined) this.#calls.delete(id);
    return call;
  }

  /** Nobody waits for the call any longer. False when it was none of these. */
  giveUp(call: ClientCall): boolean {
    if (call.method.kind === "oneway" || !this.#calls.delete(call.seqid)) return false;
    this.#givenUp++;
    return true;
  }

  /** Whether an answer that no call waits for may be late, for a call that was given up. To be asked once for each. */
  wasGivenUp(id: number): boolean {
    if (id <= 0 || id >= this.#nextId || this.#givenUp === 0) return false;
    this.#givenUp--;
    return true;
  }

  /** The transport has got more: oneway calls may be over. */
  onSent(): void {
    if (this.#oneways.length === 0) return;
    this.#oneways = this.#oneways.filter((call) => {
      const waits = !call.settled && this.isUnsent(call);
      if (!waits) call.succeed(undefined);
      return waits;
    });
    this.#owner.afterCalls();
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#all()) {
      if (call.settled) continue;
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else this.#expire(call);
    }
    this.#owner.afterCalls();
    return next;
  }

  #expire(call: ClientCall): void {
    this.countSilence(call);
    call.expire(this.#owner.silence);
  }

  /** `call` ends without an answer: its peer has fallen silent if nothing came since the call was sent. */
  countSilence(call: ClientCall): void {
    this.#silent = call.heardBytes === this.#connection.receivedBytes ? this.#silent + 1 : 0;
  }

  #all(): ClientCall[] {
    return [...this.#calls.values(), ...this.#oneways];
  }

  /** The connection is gone: fails what has left, and gives the calls of which nothing has. */
  lose(error: ConnectionError): ClientCall[] {
    this.#deadlines.clear();
    const unsent: ClientCall[] = [];
    for (const call of this.#all()) {
      if (call.settled) continue;
      if (this.isUnsent(call)) unsent.push(call);
      else call.fail(lostCall(call, error));
    }
    this.#calls.clear();
    this.#oneways = [];
    return unsent;
  }

  /** Nothing of the call has left that means anything without the rest. */
  isUnsent(call: ClientCall): boolean {
    return call.endsAt > this.#connection.sentBytes;
  }

  /** As of `CallHolder`. The call's bytes stand among others that will be sent: from here on nobody can promise that it does not run. */
  progressOf(call: ClientCall): Progress {
    return { phase: this.isUnsent(call) ? "write" : "wait", delivery: "unknown" };
  }
}

/** Unsent calls in the order in which they were written. */
export function inOrder(unsent: ClientCall[]): ClientCall[] {
  return unsent.sort((a, b) => a.endsAt - b.endsAt || a.seqid - b.seqid);
}
