/**
 * Which listeners servers of this process listen on. A listener is of one server at a time: a second one would take it over, and the
 * first could neither close nor be closed.
 */
import { configuration } from "../options/options.ts";
import type { AnyListener } from "./judged-options.ts";

const claimed = new WeakSet<AnyListener>();

/** Throws CONFIGURATION, and claims none of them, when one is another server's. */
export function claim(listeners: readonly AnyListener[]): void {
  if (listeners.some((listener) => claimed.has(listener)))
    throw configuration("listener: another server listens on it; make one for each server");
  for (const listener of listeners) claimed.add(listener);
}

/** They are closed: another server may have them. */
export function release(listeners: readonly AnyListener[]): void {
  for (const listener of listeners) claimed.delete(listener);
}
