/**
 * Values by the bytes of a name, found without making a string: an open hash table over FNV-1a. Filled once, then only read, so
 * that a sender of hostile names finds no way to make it slow.
 */
import { Buffer } from "node:buffer";
import { isExactly } from "../wire/bytes.ts";

interface Entry<V> {
  readonly name: Buffer;
  readonly value: V;
}

/** Names are compared as UTF-8. */
export class NameTable<V> {
  readonly #slots: (Entry<V> | undefined)[];
  readonly #mask: number;

  constructor(entries: ReadonlyMap<string, V>) {
    let slots = 8;
    while (slots < entries.size * 2) slots *= 2;
    this.#slots = new Array<Entry<V> | undefined>(slots).fill(undefined);
    this.#mask = slots - 1;
    for (const [name, value] of entries) this.#add(Buffer.from(name), value);
  }

  #add(name: Buffer, value: V): void {
    let slot = hash(name, 0, name.length) & this.#mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = { name, value };
  }

  /** The value whose name is bytes [start, end) of `buf`. */
  find(buf: Buffer, start: number, end: number): V | undefined {
    let slot = hash(buf, start, end) & this.#mask;
    for (let entry = this.#slots[slot]; entry !== undefined; entry = this.#slots[slot]) {
      if (isExactly(entry.name, buf, start, end)) return entry.value;
      slot = (slot + 1) & this.#mask;
    }
    return undefined;
  }
}

function hash(buf: Buffer, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193);
  return h ^ (h >>> 15);
}
