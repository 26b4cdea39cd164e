/**
 * Stands on a connection between client and server: listens, or does with single frames what no honest peer does. Where frames have no
 * length in front, each chunk is taken for one.
 */
import { Buffer } from "node:buffer";
import type { Platform } from "../../../lib/platform/platform.ts";
import type { Dialer, Transport, TransportEvents } from "../../../lib/transport/transport.ts";
import { Chance, mutate } from "../random.ts";
import type { Lie } from "./story.ts";

/** A lie that waits for its frame. */
interface Planned {
  readonly lie: Lie;
  /** Frames that pass before. */
  at: number;
  readonly seed: number;
}

/** Frames of each direction that were seen lately. */
const KEPT = 8;

/** What one direction of all connections of a dialer goes through. */
export class Lane {
  readonly seen: Buffer[] = [];
  /** How often the bytes of its connections held the mark. */
  marks = 0;
  readonly #mark: string | undefined;
  readonly #lengthBytes: number | undefined;
  readonly #planned: Planned[] = [];
  /** Whose frames are slipped in as foreign. */
  other: Lane | undefined;
  #swapped: Buffer | undefined;

  /** `mark`: a text to be counted. */
  constructor(lengthBytes: number | undefined, mark?: string) {
    this.#lengthBytes = lengthBytes;
    this.#mark = mark;
  }

  plan(lie: Lie, at: number, seed: number): void {
    this.#planned.push({ lie, at, seed });
  }

  /** A fresh splitter for one connection: bytes in, whole frames out. */
  splitter(): (chunk: Buffer) => Buffer[] {
    const length = this.#lengthBytes;
    if (length === undefined) return this.#counter();
    let rest: Buffer = Buffer.alloc(0);
    return (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const frames: Buffer[] = [];
      while (rest.length >= length) {
        const end = length + rest.readUIntBE(0, length);
        if (rest.length < end) break;
        frames.push(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
      return frames;
    };
  }

  /** A splitter that takes each chunk for a frame, and counts the marks. */
  #counter(): (chunk: Buffer) => Buffer[] {
    const mark = this.#mark;
    let tail = "";
    return (chunk) => {
      if (mark !== undefined) {
        const parts = (tail + chunk.toString("latin1")).split(mark);
        this.marks += parts.length - 1;
        tail = (parts[parts.length - 1] as string).slice(1 - mark.length);
      }
      return [Buffer.from(chunk)];
    };
  }

  /** What becomes of a frame; undefined: the connection is cut after what came before. */
  pass(frame: Buffer): Buffer[] | undefined {
    this.seen.push(frame);
    if (this.seen.length > KEPT) this.seen.shift();
    const swapped = this.#swapped;
    this.#swapped = undefined;
    const lied = this.#lie(frame);
    return lied === undefined || swapped === undefined ? lied : [...lied, swapped];
  }

  #lie(frame: Buffer): Buffer[] | undefined {
    const [first] = this.#planned;
    if (first === undefined || first.at-- > 0) return [frame];
    this.#planned.shift();
    const chance = new Chance(first.seed);
    switch (first.lie) {
      case "drop":
      case "silence":
        return [];
      case "twice":
        return [frame, frame];
      case "swap":
        this.#swapped = frame;
        return [];
      case "old":
        return [frame, chance.pick(this.seen)];
      case "foreign":
        return this.other?.seen.length ? [frame, chance.pick(this.other.seen)] : [frame];
      case "mutate":
        return [mutate(frame, frame, chance)];
      case "slip":
        return [mutate(frame, frame, chance), frame];
      case "cut":
        return undefined;
    }
  }
}

/** `inner`, its frames noted in the lanes and otherwise left alone. */
export function overheard(inner: Dialer, toServer: Lane, toClient: Lane): Dialer {
  const hear = (lane: Lane, split: (chunk: Buffer) => Buffer[], chunk: Buffer): void => {
    for (const frame of split(chunk)) lane.pass(frame);
  };
  return {
    target: inner.target,
    async dial(platform, signal) {
      const transport = await inner.dial(platform, signal);
      const splitOut = toServer.splitter();
      const splitIn = toClient.splitter();
      return wrapped(
        transport,
        (bytes) => {
          hear(toServer, splitOut, bytes);
          return transport.write(bytes);
        },
        (events, chunk) => {
          hear(toClient, splitIn, Buffer.from(chunk));
          events.onData(chunk);
        },
      );
    },
  };
}

/** `inner` with a lane in each direction. */
export function through(inner: Dialer, toServer: Lane, toClient: Lane): Dialer {
  return {
    target: inner.target,
    dial: async (platform: Platform, signal: AbortSignal) =>
      between(await inner.dial(platform, signal), toServer, toClient),
  };
}

/** What becomes of all of `frames`; `cut`: the connection ends after them. */
function passAll(lane: Lane, frames: readonly Buffer[]): { readonly frames: readonly Buffer[]; readonly cut: boolean } {
  const passed: Buffer[] = [];
  for (const frame of frames) {
    const become = lane.pass(frame);
    if (become === undefined) return { frames: passed, cut: true };
    passed.push(...become);
  }
  return { frames: passed, cut: false };
}

function between(inner: Transport, toServer: Lane, toClient: Lane): Transport {
  const splitOut = toServer.splitter();
  const splitIn = toClient.splitter();
  const send = (bytes: Buffer): boolean => {
    const passed = passAll(toServer, splitOut(bytes));
    const free = passed.frames.length === 0 || inner.write(Buffer.concat(passed.frames));
    if (passed.cut) inner.destroy();
    return free || passed.cut;
  };
  const receive = (events: TransportEvents, chunk: Buffer): void => {
    const passed = passAll(toClient, splitIn(chunk));
    if (passed.frames.length > 0) events.onData(Buffer.concat(passed.frames));
    if (passed.cut) inner.destroy();
  };
  return wrapped(inner, send, receive);
}

function wrapped(
  inner: Transport,
  write: (bytes: Buffer) => boolean,
  receive: (events: TransportEvents, chunk: Buffer) => void,
): Transport {
  return {
    peer: inner.peer,
    get queuedBytes() {
      return inner.queuedBytes;
    },
    start: (events: TransportEvents) =>
      inner.start({
        onData: (chunk) => receive(events, chunk),
        onDrain: () => events.onDrain(),
        onEnd: () => events.onEnd(),
        onClose: (cause) => events.onClose(cause),
      }),
    write,
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    end: () => inner.end(),
    destroy: (cause) => inner.destroy(cause),
  };
}
