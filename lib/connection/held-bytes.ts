/**
 * Bytes that peers make a server hold, by kind, counted in all its connections against one bound. When there are more, the connection
 * that holds most is ended. Knows numbers and whom to end. Why so: docs/decisions/015-held-bytes.md
 */

/** Fragments of messages that are not all there are apart from other bytes of such; so are large replies that leave in pieces. */
export type HeldKind = "partial" | "fragments" | "replies" | "pieces" | "zlib";

/** What one connection holds. */
export class HeldShare {
  /** Bytes of all kinds. */
  bytes = 0;
  readonly evict: (reason: string) => void;
  readonly #whole: HeldBytes;
  readonly #kinds: Record<HeldKind, number> = nothing();
  #closed = false;

  /** Made by `HeldBytes`. */
  constructor(whole: HeldBytes, evict: (reason: string) => void) {
    this.#whole = whole;
    this.evict = evict;
  }

  /** The connection holds `bytes` of this kind now. May end connections, this one among them. */
  set(kind: HeldKind, bytes: number): void {
    const more = bytes - this.#kinds[kind];
    if (more === 0 || this.#closed) return;
    this.#kinds[kind] = bytes;
    this.bytes += more;
    this.#whole.change(kind, more);
  }

  /** The connection is gone, and all that it held. */
  close(): void {
    for (const kind of Object.keys(this.#kinds) as HeldKind[]) this.set(kind, 0);
    this.#closed = true;
    this.#whole.leave(this);
  }
}

/** What all connections of a server hold. */
export class HeldBytes {
  readonly #limit: number;
  readonly #shares = new Set<HeldShare>();
  readonly #kinds: Record<HeldKind, number> = nothing();
  #used = 0;

  /** `limit`: bytes of all kinds together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of all kinds. */
  get used(): number {
    return this.#used;
  }

  /** Bytes of one kind. */
  of(kind: HeldKind): number {
    return this.#kinds[kind];
  }

  /** For a connection that begins to hold something. `evict` ends it. */
  share(evict: (reason: string) => void): HeldShare {
    const share = new HeldShare(this, evict);
    this.#shares.add(share);
    return share;
  }

  /** Only for shares. */
  change(kind: HeldKind, more: number): void {
    this.#kinds[kind] += more;
    this.#used += more;
    if (more > 0) while (this.#used > this.#limit && this.#shares.size > 0) this.#endGreediest();
  }

  /** Only for shares. */
  leave(share: HeldShare): void {
    this.#shares.delete(share);
  }

  #endGreediest(): void {
    let most: HeldShare | undefined;
    for (const share of this.#shares) if (most === undefined || share.bytes > most.bytes) most = share;
    if (most === undefined) return;
    const reason = `overloaded: held ${most.bytes} bytes, most of all, when all connections held ${this.#used}, limit ${this.#limit}`;
    most.close();
    most.evict(reason);
  }
}

function nothing(): Record<HeldKind, number> {
  return { partial: 0, fragments: 0, replies: 0, pieces: 0, zlib: 0 };
}
