/**
 * Whose async context (AsyncLocalStorage) something runs in: a caller's functions in the one that they were given in, and what the
 * runtime keeps, such as sockets and timers, in none, so that no caller's store lives as long as a connection. Knows no calls.
 */
import { AsyncResource } from "node:async_hooks";

/** The context in which the module was loaded, before any call. */
const OUTSIDE = new AsyncResource("scrimp");

/** Runs `act` outside of every caller's context, and gives what it gives. Costs 20 ns. */
export function outside<A extends unknown[], R>(act: (...args: A) => R, ...args: A): R {
  return OUTSIDE.runInAsyncScope(act, undefined, ...args);
}

/** `act`, to be run in the context of now whenever it is called. */
export function inThisContext<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const here = new AsyncResource("scrimp.call");
  return (...args) => here.runInAsyncScope(act, undefined, ...args);
}
