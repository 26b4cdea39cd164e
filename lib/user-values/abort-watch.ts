/**
 * One listener for each signal, however many calls it may abort: a signal that thousands of calls share gets no thousand listeners,
 * and keeps nothing of those that are over. Knows no calls.
 */
import { types } from "node:util";

/** Who is told that a signal has aborted. */
export interface AbortWatcher {
  onAbort(signal: AbortSignal): void;
}

// Signals are the caller's objects, and may carry properties of the caller's own: only what Node made of them is asked.
const abortedOf = getterOf("aborted") as (this: AbortSignal) => boolean;
const reasonOf = getterOf("reason") as (this: AbortSignal) => unknown;
const { addEventListener, removeEventListener } = EventTarget.prototype;

function getterOf(name: "aborted" | "reason"): () => unknown {
  return Object.getOwnPropertyDescriptor(AbortSignal.prototype, name)?.get as () => unknown;
}

class Watch {
  readonly signal: AbortSignal;
  readonly watchers = new Set<AbortWatcher>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** The signal has aborted. */
  handleEvent(): void {
    const watchers = [...this.watchers];
    this.watchers.clear();
    removeEventListener.call(this.signal, "abort", this);
    for (const watcher of watchers) watcher.onAbort(this.signal);
  }
}

const watches = new WeakMap<AbortSignal, Watch>();

/** Whether `value` is a real AbortSignal, and no proxy of one, which could throw at any time; never throws. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (types.isProxy(value)) return false;
  try {
    abortedOf.call(value as AbortSignal);
    return true;
  } catch {
    return false;
  }
}

/** Tells `watcher` when `signal` aborts, at once if it has. */
export function watchAbort(signal: AbortSignal, watcher: AbortWatcher): void {
  if (abortedOf.call(signal)) return watcher.onAbort(signal);
  let watch = watches.get(signal);
  if (watch === undefined) watches.set(signal, (watch = new Watch(signal)));
  if (watch.watchers.size === 0) addEventListener.call(signal, "abort", watch);
  watch.watchers.add(watcher);
}

/** `watcher` need not be told any more. Harmless when it was not to be. */
export function unwatchAbort(signal: AbortSignal, watcher: AbortWatcher): void {
  const watch = watches.get(signal);
  if (watch?.watchers.delete(watcher) === true && watch.watchers.size === 0)
    removeEventListener.call(signal, "abort", watch);
}

/** What the signal was aborted with. */
export function abortReason(signal: AbortSignal): unknown {
  return reasonOf.call(signal);
}
