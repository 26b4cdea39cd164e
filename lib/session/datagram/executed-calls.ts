/**
 * What a server remembers of calls that must not run twice: by their identity, that they run or what was answered. Bounded in
 * entries and bytes; forgets only what can never be asked again, and when it is full admits nothing new. Knows no sockets.
 *
 *     client, seqid → call        of clients with an id, which say what they have settled
 *     key → call                  of the others, which get half of the room at most
 */
import type { Buffer } from "node:buffer";
import { IdTable } from "../../connection/id-table.ts";

export interface ExecutedCallsOptions {
  /** Default 4,096. */
  readonly maxEntries: number;
  /** Bytes of answers kept; room for the largest is set aside when a call begins. Default 8 MiB. */
  readonly maxBytes: number;
  /** Largest answer. */
  readonly maxReplyBytes: number;
  /** Milliseconds after its answer for which a call is remembered, and a client after its last call. */
  readonly keepMs: number;
  /** The same for calls whose client has no id. */
  readonly keepUnnamedMs: number;
}

/** One call: running until `reply` is there. */
export interface ExecutedCall {
  /** The key of a call whose client has no id. */
  readonly key: string;
  readonly client: string | undefined;
  readonly seqid: number;
  reply: Buffer | undefined;
  /** When it may be forgotten; Infinity while it runs. */
  expiresAt: number;
}

/** What is remembered of a client: calls below `floor` are settled and gone, and must not run if they turn up again. */
interface Client {
  floor: number;
  lastSeen: number;
  readonly calls: IdTable<ExecutedCall>;
}

export class ExecutedCalls {
  readonly #options: ExecutedCallsOptions;
  readonly #clients = new Map<string, Client>();
  readonly #unnamed = new Map<string, ExecutedCall>();
  #entries = 0;
  #bytes = 0;
  /** Bytes of answers, or room for them, to calls whose client has no id. */
  #unnamedBytes = 0;
  /** Before this nothing expires. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(options: ExecutedCallsOptions) {
    this.#options = options;
  }

  get entries(): number {
    return this.#entries;
  }

  get clients(): number {
    return this.#clients.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** `seqid` (0 to 2^31-1) names a call of `client`; one whose client has no id is named by `key`. */
  find(client: string | undefined, seqid: number, key: string): ExecutedCall | undefined {
    return client === undefined ? this.#unnamed.get(key) : this.#clients.get(client)?.calls.get(seqid);
  }

  /** True for a call that its client has settled: one that arrives now was delayed, and must not run. */
  isSettled(client: string, seqid: number): boolean {
    return seqid < (this.#clients.get(client)?.floor ?? 0);
  }

  /** The client will not ask again for calls below `settledBelow`. */
  settle(client: string, settledBelow: number, now: number): void {
    const known = this.#clients.get(client);
    if (known === undefined) return;
    known.lastSeen = now;
    const { calls, floor } = known;
    if (settledBelow <= floor) return;
    known.floor = settledBelow;
    // Those that still run below the old floor are forgotten when they end.
    if (settledBelow - floor > calls.size) for (const call of calls.values()) this.#forgetSettled(call, settledBelow);
    else for (let seqid = floor; seqid < settledBelow; seqid++) this.#forgetSettled(calls.get(seqid), settledBelow);
  }

  #forgetSettled(call: ExecutedCall | undefined, floor: number): void {
    if (call?.reply !== undefined && call.seqid < floor) this.#forget(call);
  }

  /** Remembers that a call begins; undefined when there is no room for it. Its name is as for `find`. */
  begin(client: string | undefined, seqid: number, key: string, now: number): ExecutedCall | undefined {
    if (!this.#hasRoom(client)) this.expire(now);
    if (!this.#hasRoom(client)) return undefined;
    const call: ExecutedCall = { key, client, seqid, reply: undefined, expiresAt: Number.POSITIVE_INFINITY };
    if (client === undefined) this.#unnamed.set(key, call);
    else this.#clientOf(client, now).calls.set(seqid, call);
    this.#entries++;
    this.#addBytes(call, this.#options.maxReplyBytes);
    return call;
  }

  #hasRoom(client: string | undefined): boolean {
    const { maxEntries, maxBytes, maxReplyBytes } = this.#options;
    if (this.#entries >= maxEntries || this.#bytes + maxReplyBytes > maxBytes) return false;
    if (client !== undefined) return this.#clients.has(client) || this.#clients.size < maxEntries;
    // Nobody has shown that they are where their datagrams come from: they must not keep out those who have.
    return this.#unnamed.size * 2 < maxEntries && (this.#unnamed.size === 0 || this.#unnamedBytes * 2 < maxBytes);
  }

  #addBytes({ client }: ExecutedCall, bytes: number): void {
    this.#bytes += bytes;
    if (client === undefined) this.#unnamedBytes += bytes;
  }

  #clientOf(id: string, now: number): Client {
    let client = this.#clients.get(id);
    if (client === undefined) this.#clients.set(id, (client = { floor: 0, lastSeen: now, calls: new IdTable(1) }));
    client.lastSeen = now;
    this.#nextExpiry = Math.min(this.#nextExpiry, now + this.#options.keepMs);
    return client;
  }

  /** The answer, to be sent again when it is asked for again. */
  finish(call: ExecutedCall, reply: Buffer, now: number): void {
    if (!this.#has(call)) return;
    call.reply = reply;
    call.expiresAt = now + (call.client === undefined ? this.#options.keepUnnamedMs : this.#options.keepMs);
    this.#nextExpiry = Math.min(this.#nextExpiry, call.expiresAt);
    this.#addBytes(call, reply.length - this.#options.maxReplyBytes);
    if (call.client !== undefined && this.isSettled(call.client, call.seqid)) this.#forget(call);
  }

  /** The call did not run after all. */
  abandon(call: ExecutedCall): void {
    if (this.#has(call)) this.#forget(call);
  }

  #has(call: ExecutedCall): boolean {
    return this.find(call.client, call.seqid, call.key) === call;
  }

  #forget(call: ExecutedCall): void {
    if (call.client === undefined) this.#unnamed.delete(call.key);
    else this.#clients.get(call.client)?.calls.delete(call.seqid);
    this.#entries--;
    this.#addBytes(call, -(call.reply === undefined ? this.#options.maxReplyBytes : call.reply.length));
  }

  /** Nothing is remembered. */
  get empty(): boolean {
    return this.#entries === 0 && this.#clients.size === 0;
  }

  /** Forgets what has expired. */
  expire(now: number): void {
    if (now < this.#nextExpiry) return;
    let next = this.#expireAll(this.#unnamed.values(), now);
    for (const [id, client] of this.#clients) {
      next = Math.min(next, this.#expireAll(client.calls.values(), now));
      const expiresAt = client.calls.size > 0 ? Number.POSITIVE_INFINITY : client.lastSeen + this.#options.keepMs;
      if (expiresAt <= now) this.#clients.delete(id);
      else next = Math.min(next, expiresAt);
    }
    this.#nextExpiry = next;
  }

  /** Gives when the next of them expires. */
  #expireAll(calls: Iterable<ExecutedCall>, now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of calls) {
      if (call.expiresAt <= now) this.#forget(call);
      else next = Math.min(next, call.expiresAt);
    }
    return next;
  }
}
