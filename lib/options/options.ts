/**
 * Options that somebody gives, judged before anything is done with them: a function declares each of its options once, by name and
 * kind, and refuses what it does not declare. No option is ever ignored, in whatever language it was written. The kinds are
 * in `options/kinds.ts`; knows no option itself.
 */
import { ThriftError } from "../errors/errors.ts";

/** What one option may be. */
export interface Kind<T> {
  /** As it stands in "expected …, got …". */
  readonly expects: string;
  /** The value as it is to be used. Throws CONFIGURATION; `name` is the option's, for the text. */
  read(value: unknown, name: string): T;
}

/** Every option of `T` and its kind: TypeScript sees to it that none is missing and none is more. */
export type OptionTable<T> = { readonly [K in keyof T]-?: Kind<Exclude<T[K], undefined>> };

/**
 * A copy of the options in `given`, each of which is looked at once; one that is undefined is absent. `owner` names the function, or
 * the option that they are in. Throws CONFIGURATION for what is not in the table, is not of its kind, or cannot be looked at.
 */
export function readOptions<T>(owner: string, given: unknown, table: OptionTable<T>, prefix = ""): T {
  if (given === undefined) return {} as T;
  const kinds = table as Readonly<Record<string | symbol, Kind<unknown>>>;
  const read: Record<string | symbol, unknown> = {};
  // Those that are known are asked for by name: the getters of a class are not listed.
  for (const key of new Set([...Object.keys(kinds), ...keysOf(owner, given)])) {
    const name = `${prefix}${String(key)}`;
    const value = lookedAt(name, () => (given as Readonly<Record<string | symbol, unknown>>)[key]);
    if (value === undefined) continue;
    if (!Object.hasOwn(kinds, key))
      throw configuration(`${name}: unknown option of ${owner}, which takes ${Object.keys(kinds).join(", ")}`);
    read[key] = (kinds[key] as Kind<unknown>).read(value, name);
  }
  return read as T;
}

/** All that could be meant as an option, inherited ones too. */
function keysOf(owner: string, given: unknown): (string | symbol)[] {
  return lookedAt(owner, () => {
    // A map or an array would hide what is in it.
    if (typeof given !== "object" || Object.prototype.toString.call(given) !== "[object Object]")
      throw badOption(owner, "an object with options", given);
    const keys: (string | symbol)[] = Object.getOwnPropertySymbols(given);
    for (const key in given) keys.push(key);
    return keys;
  });
}

/** What `look` gives; what a user's getter or proxy throws becomes an error of the option `name`. */
export function lookedAt<T>(name: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    if (cause instanceof ThriftError && cause.code === "CONFIGURATION") throw cause;
    throw configuration(`${name}: cannot be looked at, as its getter or proxy throws`, cause);
  }
}

/** A bad option or argument: which, what was expected, and what came. */
export function badOption(name: string, expects: string, came: unknown): ThriftError {
  return configuration(`${name}: expected ${expects}, got ${shown(came)}`);
}

/** A mistake in a set-up; no call was made with it. */
export function configuration(text: string, cause?: unknown): ThriftError {
  return new ThriftError("CONFIGURATION", text, { delivery: "unsent", ...(cause !== undefined && { cause }) });
}

const LONGEST_SHOWN = 60;

/** What came, in short, without running anything of its owner's. */
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
    case "object":
      return value === null ? "null" : "an object";
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}
