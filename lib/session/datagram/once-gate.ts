/**
 * Where calls that may not run twice are let in: with a good cookie, and not if they have been here before. Knows who calls and what
 * was answered, neither handlers nor limits of load.
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { crc32 } from "../../wire/crc32.ts";
import { CallMemory, type CallMemoryLimits } from "./call-memory.ts";
import { Cookies } from "./cookies.ts";
import type { DatagramCounters } from "./counters.ts";
import type { CallEnvelope, Datagram } from "./envelope.ts";
import type { ExecutedCall } from "./executed-calls.ts";
import type { DatagramReplyWriter } from "./reply-writer.ts";
import type { DatagramRequest } from "./server-call.ts";

export class OnceGate {
  readonly #platform: Platform;
  readonly #limits: CallMemoryLimits;
  readonly #cookies: Cookies;
  readonly #memory: CallMemory;
  readonly #replies: DatagramReplyWriter;
  readonly #counters: DatagramCounters;

  constructor(platform: Platform, limits: CallMemoryLimits, replies: DatagramReplyWriter, counters: DatagramCounters) {
    this.#platform = platform;
    this.#limits = limits;
    this.#cookies = new Cookies(platform.random());
    this.#memory = new CallMemory(platform, limits);
    this.#replies = replies;
    this.#counters = counters;
  }

  /** Takes in what a request says of its client. Throws DecodeError for a seqid that no client of ours has. */
  meet(request: DatagramRequest, envelope: CallEnvelope): void {
    const { seqid, peer } = request;
    const { client, cookie, settledBelow } = envelope;
    if (seqid < 0) throw new DecodeError("invalid", `seqid ${seqid} in an envelope, at least 0 expected`);
    const now = this.#platform.now();
    const verdict = cookie === "" ? "bad" : this.#cookies.judge(cookie, client, peer, now);
    if (verdict !== "bad") this.#memory.settle(client, settledBelow);
    request.envelope = envelope;
    request.validated = verdict !== "bad";
    if (verdict !== "good") request.newCookie = this.#cookies.make(client, peer, now);
  }

  /** The key to begin the call with; undefined for one that must not run, whose client has been told what there is to tell. */
  pass(request: DatagramRequest, name: Buffer, packet: Datagram): string | undefined {
    const { envelope, seqid } = request;
    const key = envelope === undefined ? unnamedKey(request, packet) : "";
    const known = this.#memory.find(envelope?.client, seqid, key);
    if (known !== undefined) this.#again(request, name, known);
    else if (envelope !== undefined && !request.validated) this.#replies.challenge(request, name);
    else if (envelope !== undefined && this.#memory.isSettled(envelope.client, seqid)) this.#counters.stale++;
    else return key;
    return undefined;
  }

  #again(request: DatagramRequest, name: Buffer, known: ExecutedCall): void {
    if (known.reply !== undefined) {
      this.#counters.replayed++;
      return this.#replies.send(request, name, known.reply);
    }
    this.#counters.duplicates++;
    if (request.envelope !== undefined) this.#replies.progress(request, name);
  }

  /** Remembers that the call begins; undefined when there is no room for it. */
  begin({ envelope, seqid }: DatagramRequest, key: string): ExecutedCall | undefined {
    return this.#memory.begin(envelope?.client, seqid, key);
  }

  /** Why there is no room. */
  get fullness(): string {
    const { entries, bytes } = this.#memory;
    const { maxRememberedCalls, maxRememberedBytes } = this.#limits;
    return `${entries} calls remembered, limit ${maxRememberedCalls}; ${bytes} bytes with them, limit ${maxRememberedBytes}`;
  }

  /** As of `CallMemory`. */
  finish(call: ExecutedCall, reply: Buffer): void {
    this.#memory.finish(call, reply);
  }

  /** As of `CallMemory`. */
  abandon(call: ExecutedCall): void {
    this.#memory.abandon(call);
  }

  /** Forgets nothing more. */
  stop(): void {
    this.#memory.stop();
  }
}

/** Who calls, without an envelope: what the datagram says must serve for that. */
function unnamedKey({ peer, seqid }: DatagramRequest, { buf, start, end }: Datagram): string {
  return `${peer} ${seqid} ${crc32(buf, start, end)} ${end - start}`;
}
