/** Whether a handler answers now or later: one that answers now costs no promise. Knows no handlers. */

/** As `await` sees it. Reads `then`, and throws what that throws. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as PromiseLike<unknown>).then === "function"
  );
}
