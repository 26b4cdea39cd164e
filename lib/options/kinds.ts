/** The kinds of options: numbers within bounds, words, functions, objects with certain parts, and what is put together of them. */
import { badOption, configuration, type Kind, lookedAt, type OptionTable, readOptions } from "./options.ts";

/** Values for which `fits` is true; they are used as they are. */
export function kind<T>(expects: string, fits: (value: unknown) => boolean): Kind<T> {
  return {
    expects,
    read(value, name) {
      if (lookedAt(name, () => fits(value))) return value as T;
      throw badOption(name, expects, value);
    },
  };
}

export const flag: Kind<boolean> = kind("true or false", (value) => typeof value === "boolean");

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most?: number): Kind<number> {
  const bounds = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  return kind(`a whole number ${bounds}`, (value) => isWhole(value, least, most));
}

/** A bound that can be lifted: a whole number, or Infinity. */
export function bound(least: number): Kind<number> {
  const expects = `a whole number of at least ${least}, or Infinity for no limit`;
  return kind(expects, (value) => value === Number.POSITIVE_INFINITY || isWhole(value, least));
}

/** A part of a whole. */
export const part: Kind<number> = kind(
  "a number above 0, at most 1",
  (value) => typeof value === "number" && value > 0 && value <= 1,
);

/** How long to wait: milliseconds above 0, or Infinity. */
export const patience: Kind<number> = kind(
  "milliseconds above 0, or Infinity for no limit",
  (value) => typeof value === "number" && value > 0,
);

/** The same where 0 makes sense, for not at all. */
export const patienceOrNone: Kind<number> = kind(
  "milliseconds of at least 0, or Infinity for no limit",
  (value) => typeof value === "number" && value >= 0,
);

/** A number of milliseconds that comes to an end. */
export const milliseconds: Kind<number> = kind(
  "milliseconds of at least 0",
  (value) => typeof value === "number" && value >= 0 && Number.isFinite(value),
);

/** One of these words. */
export function oneOf<T extends string>(...words: readonly T[]): Kind<T> {
  return kind(words.join(", "), (value) => (words as readonly unknown[]).includes(value));
}

/** Text of the form `form`, which `expects` describes. */
export function text(expects = "text that is not empty", form: RegExp = /./s): Kind<string> {
  return kind(expects, (value) => typeof value === "string" && form.test(value) && !/\p{Surrogate}/u.test(value));
}

/** Text that no error shows. */
export const secret: Kind<string> = {
  expects: "text that is not empty",
  read(value, name) {
    if (typeof value === "string" && value !== "") return value;
    throw configuration(`${name}: expected text that is not empty, got a ${typeof value}`);
  },
};

/** A function, which `expects` describes further. */
export function func<T extends (...args: never[]) => unknown>(expects = "a function"): Kind<T> {
  return kind(expects, (value) => typeof value === "function");
}

/** An object that has these parts, by the word that `typeof` gives for each. */
export function thing<T>(
  expects: string,
  parts: { readonly [K in keyof NoInfer<T>]?: "function" | "string" | "number" | "boolean" | "object" },
): Kind<T> {
  const needed = Object.entries(parts) as [keyof T, string][];
  return kind(
    expects,
    (value) =>
      typeof value === "object" && value !== null && needed.every(([name, type]) => typeof (value as T)[name] === type),
  );
}

/** More than anybody means to list. */
const MAX_LISTED = 10_000;

/** An array of at least `least` values of one kind; the array is copied. */
export function list<T>(each: Kind<T>, least = 0): Kind<readonly T[]> {
  const expects = `an array${least === 0 ? "" : " that is not empty"}, each of it ${each.expects}`;
  return {
    expects,
    read(value, name) {
      const listed = lookedAt(name, () => {
        if (!Array.isArray(value) || value.length < least || value.length > MAX_LISTED)
          throw badOption(name, expects, value);
        return Array.from(value as unknown[]);
      });
      return listed.map((one, index) => each.read(one, `${name}[${index}]`));
    },
  };
}

/** Options within an option; `needed` are those of them that have no default. */
export function options<T>(table: OptionTable<T>, ...needed: readonly (keyof T & string)[]): Kind<T> {
  return {
    expects: "an object with options",
    read(value, name) {
      const read = readOptions(name, value, table, `${name}.`);
      for (const key of needed)
        if (read[key] === undefined) throw badOption(`${name}.${key}`, table[key].expects, undefined);
      return read;
    },
  };
}

/** A value of the kind that stands beside the word that `typeof` gives for it. */
export function byType<T>(kinds: { readonly [Type in "boolean" | "string" | "object"]?: Kind<T> }): Kind<T> {
  const expects = Object.values(kinds)
    .map((one) => one.expects)
    .join(", or ");
  return {
    expects,
    read(value, name) {
      const found = value === null ? undefined : (kinds as Readonly<Record<string, Kind<T> | undefined>>)[typeof value];
      if (found === undefined) throw badOption(name, expects, value);
      return found.read(value, name);
    },
  };
}
