/**
 * The calls of one connection that were not answered yet, in their order, and whether a seqid is among them. A small table of
 * counts answers "no" at once for nearly every client; only where it says "perhaps" are the calls looked through.
 */
import { CallList } from "./call-list.ts";
import type { ServerCall } from "./server-call.ts";

const BUCKETS = 1024;

/** A list that can be asked for a seqid. */
export class OutstandingCalls extends CallList {
  #counts: Uint32Array | undefined;

  override append(call: ServerCall): void {
    super.append(call);
    this.#counts ??= new Uint32Array(BUCKETS);
    (this.#counts[call.seqid & (BUCKETS - 1)] as number)++;
  }

  override remove(call: ServerCall): void {
    super.remove(call);
    if (this.#counts !== undefined) (this.#counts[call.seqid & (BUCKETS - 1)] as number)--;
  }

  /** Whether a call with this seqid is still to be answered. */
  has(seqid: number): boolean {
    if (this.size === 0 || this.#counts === undefined || this.#counts[seqid & (BUCKETS - 1)] === 0) return false;
    for (let call = this.first; call !== undefined; call = call.next) if (call.seqid === seqid) return true;
    return false;
  }
}
