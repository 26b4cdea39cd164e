/**
 * How an encoder gives up. The fast path carries no path: it throws one constant, and its caller walks the value again
 * to say where and what (explain.ts).
 */

/** Thrown inside encoders only; never reaches a user. */
export const UNFIT: Error = new Error("value does not fit its type");

/** A value does not fit; the caller will find out which. */
export function unfit(): never {
  throw UNFIT;
}
