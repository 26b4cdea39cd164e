/**
 * What a server remembers of calls that must not run twice: by their identity, that they run or what was answered. Bounded in
 * entries and bytes; forgets only what can never be asked again, and when it is full admits nothing new. Knows no sockets.
 */
import type { Buffer } from "node:buffer";

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
  readonly calls: Set<ExecutedCall>;
}

export class ExecutedCalls {
  readonly #options: ExecutedCallsOptions;
  /** Calls in the order in which they began: finished ones expire about in this order. */
  readonly #calls = new Map<string, ExecutedCall>();
  readonly #clients = new Map<string, Client>();
  #bytes = 0;
  /** Before this nothing expires. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(options: ExecutedCallsOptions) {
    this.#options = options;
  }

  get entries(): number {
    return this.#calls.size;
  }

  get clients(): number {
    return this.#clients.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): ExecutedCall | undefined {
    return this.#calls.get(key);
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
    if (settledBelow <= known.floor) return;
    known.floor = settledBelow;
    for (const call of known.calls) if (call.reply !== undefined && call.seqid < settledBelow) this.#forget(call);
  }

  /** Remembers that a call begins; undefined when there is no room for it. `client` is undefined for one without an id. */
  begin(key: string, client: string | undefined, seqid: number, now: number): ExecutedCall | undefined {
    if (!this.#hasRoom(client)) this.expire(now);
    if (!this.#hasRoom(client)) return undefined;
    const call: ExecutedCall = { key, client, seqid, reply: undefined, expiresAt: Number.POSITIVE_INFINITY };
    this.#calls.set(key, call);
    this.#bytes += this.#options.maxReplyBytes;
    if (client !== undefined) this.#clientOf(client, now).calls.add(call);
    return call;
  }

  #hasRoom(client: string | undefined): boolean {
    const { maxEntries, maxBytes, maxReplyBytes } = this.#options;
    const known = client === undefined || this.#clients.has(client) || this.#clients.size < maxEntries;
    return known && this.#calls.size < maxEntries && this.#bytes + maxReplyBytes <= maxBytes;
  }

  #clientOf(id: string, now: number): Client {
    let client = this.#clients.get(id);
    if (client === undefined) this.#clients.set(id, (client = { floor: 0, lastSeen: now, calls: new Set() }));
    client.lastSeen = now;
    this.#nextExpiry = Math.min(this.#nextExpiry, now + this.#options.keepMs);
    return client;
  }

  /** The answer, to be sent again to whoever asks again. */
  finish(call: ExecutedCall, reply: Buffer, now: number): void {
    if (this.#calls.get(call.key) !== call) return;
    call.reply = reply;
    call.expiresAt = now + (call.client === undefined ? this.#options.keepUnnamedMs : this.#options.keepMs);
    this.#nextExpiry = Math.min(this.#nextExpiry, call.expiresAt);
    this.#bytes += reply.length - this.#options.maxReplyBytes;
    const floor = call.client === undefined ? 0 : (this.#clients.get(call.client)?.floor ?? 0);
    if (call.seqid < floor) this.#forget(call);
  }

  /** The call did not run after all. */
  abandon(call: ExecutedCall): void {
    if (this.#calls.get(call.key) === call) this.#forget(call);
  }

  #forget(call: ExecutedCall): void {
    this.#calls.delete(call.key);
    this.#bytes -= call.reply === undefined ? this.#options.maxReplyBytes : call.reply.length;
    if (call.client !== undefined) this.#clients.get(call.client)?.calls.delete(call);
  }

  /** Nothing is remembered. */
  get empty(): boolean {
    return this.#calls.size === 0 && this.#clients.size === 0;
  }

  /** Forgets what has expired. */
  expire(now: number): void {
    if (now < this.#nextExpiry) return;
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls.values()) {
      if (call.expiresAt <= now) this.#forget(call);
      else next = Math.min(next, call.expiresAt);
    }
    for (const [id, client] of this.#clients) {
      const expiresAt = client.calls.size > 0 ? Number.POSITIVE_INFINITY : client.lastSeen + this.#options.keepMs;
      if (expiresAt <= now) this.#clients.delete(id);
      else next = Math.min(next, expiresAt);
    }
    this.#nextExpiry = next;
  }
}
