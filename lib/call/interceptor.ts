/**
 * Interceptors: functions around every call, of one shape on both sides. Knows nothing of how a call is carried out.
 */
import { types } from "node:util";
import { badOption } from "../options/options.ts";
import type { Call } from "./call.ts";

/** Carries a call out, or hands it on. */
export type Invoke = (call: Call) => Promise<unknown>;

/**
 * Wraps what carries calls out: `(next) => async (call) => { …; return await next(call); }`. Made once for a channel or server,
 * not per call. May change the call, the result or the error, answer by itself, or call `next` again. A client's call ends with the
 * deadline that its caller gave it, all attempts counted, and with its caller's signal: an interceptor may give an attempt less time,
 * not more, and one that does not come back is not waited for.
 * What is handed on is the call that came, or a copy of it with its `stream` and `procedure`: a client's call without what it needs fails with
 * INVALID_ARGUMENT, unsent.
 */
export type Interceptor = (next: Invoke) => Invoke;

/** The first interceptor is the outermost; undefined when there are none, so that the direct way stays free of them. Throws CONFIGURATION for one that gives no function. */
export function chainInterceptors(interceptors: readonly Interceptor[] | undefined, last: Invoke): Invoke | undefined {
  if (interceptors === undefined || interceptors.length === 0) return undefined;
  return interceptors.reduceRight((next, interceptor, index) => {
    const around: unknown = interceptor(abandonable(next));
    if (typeof around === "function") return around as Invoke;
    throw badOption(`interceptors[${index}]`, "a function that gives a function around each call", around);
  }, last);
}

/** As `next`, but nobody need look at what it gives: a promise that fails unseen would end the process. */
function abandonable(next: Invoke): Invoke {
  return (call) => {
    const outcome: unknown = next(call);
    mayFailUnseen(outcome);
    return outcome as Promise<unknown>;
  };
}

/** If it is a promise that fails, nobody need have looked at it. */
export function mayFailUnseen(outcome: unknown): void {
  if (types.isPromise(outcome)) nativeThen.call(outcome, undefined, ignore);
}

const { then: nativeThen } = Promise.prototype;
const ignore = (): void => {};
