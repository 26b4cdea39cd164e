/** Whether a handler answers now or later: one that answers now costs no promise. Knows no handlers. */

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}
