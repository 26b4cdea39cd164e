/**
 * Node's clock, timers and queues, taken once, when the package is loaded: a test framework that puts fakes in place of the globals
 * stops its own program's time, not the runtime's. Timers here may be of any length.
 */
import type { Timer } from "./platform.ts";

const { setTimeout, clearTimeout } = globalThis;
export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;
export const queueMicrotask: typeof globalThis.queueMicrotask = globalThis.queueMicrotask;
export const nextTick: typeof process.nextTick = process.nextTick;

/** Milliseconds, from a clock that never goes back. */
export const now: () => number = performance.now.bind(performance);

/** Longest delay in milliseconds that Node's timers take; they fire at once for a longer one. */
const LONGEST_MS = 0x7fff_ffff;

/** A timer that Node would not wait for: it goes on in steps, or never fires and then does not exist for Node. */
class LongTimer {
  #step: NodeJS.Timeout | undefined;

  wait(delayMs: number, holdsProcess: boolean, onTime: () => void): void {
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const stepMs = Math.min(delayMs, LONGEST_MS);
    const next = (): void => (stepMs === delayMs ? onTime() : this.wait(delayMs - stepMs, holdsProcess, onTime));
    this.#step = nodeTimer(stepMs, holdsProcess, next);
  }

  stop(): void {
    clearTimeout(this.#step);
  }
}

function nodeTimer(delayMs: number, holdsProcess: boolean, onTime: () => void): NodeJS.Timeout {
  const timer = setTimeout(onTime, delayMs);
  if (!holdsProcess) timer.unref();
  return timer;
}

/** As `Platform.startTimer`. */
export function startTimer(delayMs: number, holdsProcess: boolean, onTime: () => void): Timer {
  if (!(delayMs > LONGEST_MS)) return nodeTimer(delayMs, holdsProcess, onTime) as unknown as Timer;
  const timer = new LongTimer();
  timer.wait(delayMs, holdsProcess, onTime);
  return timer as unknown as Timer;
}

export function stopTimer(timer: Timer): void {
  const known = timer as unknown as LongTimer | NodeJS.Timeout;
  if (known instanceof LongTimer) known.stop();
  else clearTimeout(known);
}
