/**
 * Our server's side of interop.thrift and thrifttest.thrift, written as a user would. Knows the generated code and the public
 * API; knows nothing of peers.
 */
import type { Implementation } from "../../lib/index.ts";
import type { Method } from "../../lib/schema/service.ts";
import type { Type } from "../../lib/schema/types.ts";
import * as idl from "./gen/interop.ts";
import { describeValue, parseValue } from "./value-words.ts";

/** The methods that each type has: echoI64, describeI64, parseI64. */
type FamilyKey = Exclude<
  Extract<keyof idl.InteropMethods, `echo${string}` | `describe${string}` | `parse${string}`>,
  "parsePart"
>;

/** The types that have such methods, by the name in them. */
export const familyTypes: ReadonlyMap<string, Type> = new Map(
  [...idl.Interop.methods.values()]
    .filter((method: Method) => method.name.startsWith("echo"))
    .map((method) => [method.name.slice("echo".length), method.args[0]!.type]),
);

function families(): Pick<Implementation<idl.InteropMethods>, FamilyKey> {
  const handlers = [...familyTypes].flatMap(([name, type]) => [
    [`echo${name}`, (value: unknown) => value],
    [`describe${name}`, (value: unknown) => describeValue(value, type)],
    [`parse${name}`, (text: string) => parseValue(text, type)],
  ]);
  return Object.fromEntries(handlers) as Pick<Implementation<idl.InteropMethods>, FamilyKey>;
}

/** The constants of interop.thrift, as our compiler generated them, in the struct that carries them. */
export const ownConstants: idl.Constants = {
  yes: idl.YES,
  tiny: idl.TINY,
  small: idl.SMALL,
  medium: idl.MEDIUM,
  large: idl.LARGE,
  lowest: idl.LOWEST,
  real: idl.REAL,
  text: idl.TEXT,
  favourite: idl.FAVOURITE,
  powers: [...idl.POWERS],
  counts: new Map(idl.COUNTS),
  primes: new Set(idl.PRIMES),
  leaf: idl.LEAF,
  leaves: [...idl.LEAVES],
};

/** A new Interop, with notes and held calls of its own. */
export function createInterop(): Implementation<idl.InteropMethods> {
  const noted = new Map<string, string[]>();
  const held = new Map<string, (key: string) => void>();
  const note = (key: string, text: string): void => void noted.set(key, [...(noted.get(key) ?? []), text]);
  return {
    ...families(),
    parsePart(text) {
      const { medium, text: words } = parseValue(text, idl.Everything) as idl.Everything;
      return { medium, text: words };
    },
    constants: () => ownConstants,
    nothing() {},
    sum: (a, b, c, d, e, f, g) => `${BigInt(a + b + c + e + Number(f) + g) + d}`,
    fail,
    async failVoid(how) {
      if (how === "declared") throw new idl.Declared({ code: -8, message: "void, as declared" });
      if (how === "undeclared") throw new Error("a secret of the server");
    },
    note,
    noteBadly(key) {
      note(key, "badly");
      throw new Error("nobody hears this");
    },
    notes: (key) => noted.get(key) ?? [],
    hold: (key) => new Promise((resolve) => held.set(key, resolve)),
    release(key) {
      held.get(key)?.(key);
      held.delete(key);
    },
    who: () => "Interop",
  };
}

function fail(how: string): string {
  if (how === "declared") {
    throw new idl.Declared({ code: -7, message: "as declared", leaf: { number: 1, text: "leaf" } });
  }
  if (how === "other") throw new idl.Other({ reasons: ["one", "two"] });
  if (how === "undeclared" || how === "application") throw new Error("a secret of the server");
  return how;
}

export const second: Implementation<idl.SecondMethods> = {
  who: () => "Second",
  twice: (text) => text + text,
};
