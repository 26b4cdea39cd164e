/** What can be asked of anything that was thrown without it throwing again: revoked proxies, errors whose getters throw. Knows no calls. */

/** Whether `thrown` is an instance of `type`; false for what cannot be asked. */
export function isA<T>(thrown: unknown, type: abstract new (...args: never[]) => T): thrown is T {
  try {
    return thrown instanceof type;
  } catch {
    return false;
  }
}

/** The error's cause; undefined for what has none, is no error, or cannot be asked. */
export function causeOf(thrown: unknown): unknown {
  try {
    return thrown instanceof Error ? thrown.cause : undefined;
  } catch {
    return undefined;
  }
}

/** Prints a line that begins with `what` to the standard error output, with as much of `thrown` as can be shown. */
export function printThrown(what: string, thrown: unknown): void {
  try {
    console.error(what, thrown);
  } catch {
    console.error(what, "an error that cannot be shown");
  }
}
