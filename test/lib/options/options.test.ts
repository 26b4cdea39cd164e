import t from "tap";
import {
  bound,
  byType,
  flag,
  func,
  list,
  milliseconds,
  oneOf,
  options,
  patience,
  patienceOrNone,
  secret,
  text,
  thing,
  whole,
} from "../../../lib/options/kinds.ts";
import { type OptionTable, readOptions } from "../../../lib/options/options.ts";

interface Sample {
  readonly flag?: boolean;
  readonly size?: number;
  readonly inner?: { readonly word?: "a" | "b" };
}

const SAMPLE: OptionTable<Sample> = { flag, size: whole(1, 9), inner: options({ word: oneOf("a", "b") }) };
const read = (given: unknown): Sample => readOptions("sample", given, SAMPLE);
const refusal = (given: unknown): string => {
  try {
    read(given);
  } catch (error) {
    const { code, delivery, message } = error as { code: string; delivery: string; message: string };
    return `${code} ${delivery} ${message}`;
  }
  return "accepted";
};

t.test("gives a copy of what is there; undefined is absent", async (t) => {
  t.same(read(undefined), {});
  t.same(read({}), {});
  t.same(read({ flag: undefined, size: 9 }), { size: 9 });
  t.notOk("flag" in read({ flag: undefined }));
  const inner: { word: "a" | "b" } = { word: "a" };
  const given = { inner };
  const copy = read(given);
  inner.word = "b";
  t.same(copy, { inner: { word: "a" } });
});

t.test("takes frozen objects, objects without prototype, instances, and what they inherit", async (t) => {
  class Settings {
    flag = true;
    get size(): number {
      return 3;
    }
  }
  t.same(read(Object.freeze({ flag: true })), { flag: true });
  t.same(read(Object.assign(Object.create(null), { flag: true })), { flag: true });
  t.same(read(Object.create({ flag: true })), { flag: true });
  t.same(read(new Settings()), { flag: true, size: 3 });
  t.same(read(new Proxy({ flag: true }, {})), { flag: true });
});

t.test("names an option that is not known, wherever it comes from, and those that are", async (t) => {
  t.equal(refusal({ flg: true }), "CONFIGURATION unsent flg: unknown option of sample, which takes flag, size, inner");
  t.equal(refusal({ flg: undefined }), "accepted", "which asks for nothing");
  t.match(refusal(Object.create({ flg: true })), /^CONFIGURATION unsent flg: unknown option/);
  t.match(refusal({ [Symbol("s")]: 1 }), /^CONFIGURATION unsent Symbol\(s\): unknown option/);
  t.match(refusal(JSON.parse('{"__proto__":1}')), /^CONFIGURATION unsent __proto__: unknown option/);
  t.match(refusal({ constructor: 1 }), /^CONFIGURATION unsent constructor: unknown option/);
  t.match(refusal({ inner: { x: 1 } }), /^CONFIGURATION unsent inner\.x: unknown option of inner, which takes word$/);
});

t.test("names an option that is wrong, what was expected and what came", async (t) => {
  t.equal(refusal({ size: 10 }), "CONFIGURATION unsent size: expected a whole number from 1 to 9, got 10");
  t.equal(refusal({ size: "9" }), 'CONFIGURATION unsent size: expected a whole number from 1 to 9, got "9"');
  t.equal(refusal({ size: null }), "CONFIGURATION unsent size: expected a whole number from 1 to 9, got null");
  t.equal(refusal({ size: -0.5 }), "CONFIGURATION unsent size: expected a whole number from 1 to 9, got -0.5");
  t.equal(refusal({ size: 9n }), "CONFIGURATION unsent size: expected a whole number from 1 to 9, got a bigint");
  t.equal(refusal({ flag: {} }), "CONFIGURATION unsent flag: expected true or false, got an object");
  t.equal(refusal({ inner: { word: "c" } }), 'CONFIGURATION unsent inner.word: expected a, b, got "c"');
  t.match(refusal({ flag: "x".repeat(1_000) }), /got "x{60}…"$/);
});

t.test("refuses what is no object of options, and what would hide them", async (t) => {
  for (const given of [
    null,
    1,
    "flag",
    true,
    1n,
    Symbol("x"),
    () => {},
    [],
    [{ flag: true }],
    new Map([["flag", true]]),
  ])
    t.match(refusal(given), /^CONFIGURATION unsent sample: expected an object with options, got /);
  for (const given of [new Set(), new Date(), /x/, new Error("x"), Promise.resolve({}), Buffer.from("x")])
    t.match(refusal(given), /^CONFIGURATION unsent sample: expected an object with options, got /);
});

t.test("an object that does not let itself be looked at is refused with its reason", async (t) => {
  const cause = new Error("not yet");
  const thrower = (): never => {
    throw cause;
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const given of [
    Object.defineProperty({}, "flag", { enumerable: true, get: thrower }),
    Object.defineProperty({}, Symbol.toStringTag, { get: thrower }),
    new Proxy({}, { ownKeys: thrower }),
    new Proxy({}, { get: thrower }),
    new Proxy({}, { getPrototypeOf: thrower }),
    revoked.proxy,
  ])
    t.match(refusal(given), /^CONFIGURATION unsent (sample|flag): cannot be looked at/);
  t.throws(() => read({ inner: Object.defineProperty({}, "word", { enumerable: true, get: thrower }) }), {
    message: /^inner\.word: /,
    cause,
  });
});

t.test("looks at each option once", async (t) => {
  let looks = 0;
  const given = {
    get size(): number {
      return ++looks;
    },
  };
  t.equal(read(given).size, 1);
  t.equal(looks, 1);
});

t.test("kinds admit what they say and nothing else", async (t) => {
  const values: readonly unknown[] = [
    ...[0, -0, 1, 2, 9, 0.5, -1, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ...[true, false, null, "", "a", "1", "\ud800", 1n, {}, [], () => {}, Object(1), Object("a")],
  ];
  const admitted = (kind: { read(value: unknown, name: string): unknown }): unknown[] =>
    values.filter((value) => {
      try {
        return kind.read(value, "x") === value || Array.isArray(value) || typeof value === "object";
      } catch (error) {
        t.match(error, { code: "CONFIGURATION", delivery: "unsent", message: /^x(\[0\])?: expected .*, got / });
        return false;
      }
    });
  t.same(admitted(flag), [true, false]);
  t.same(admitted(whole(0, 2 ** 31)), [0, -0, 1, 2, 9, 2 ** 31]);
  t.same(admitted(whole(2)), [2, 9, 2 ** 31]);
  t.same(admitted(bound(1)), [1, 2, 9, 2 ** 31, Number.POSITIVE_INFINITY]);
  t.same(admitted(patience), [1, 2, 9, 0.5, 2 ** 31, 2 ** 53, Number.POSITIVE_INFINITY]);
  t.same(admitted(patienceOrNone), [0, -0, 1, 2, 9, 0.5, 2 ** 31, 2 ** 53, Number.POSITIVE_INFINITY]);
  t.same(admitted(milliseconds), [0, -0, 1, 2, 9, 0.5, 2 ** 31, 2 ** 53]);
  t.same(admitted(oneOf("a", "b")), ["a"]);
  t.same(admitted(text()), ["a", "1"]);
  t.same(admitted(text("digits", /^\d+$/)), ["1"]);
  t.equal(admitted(func()).length, 1);
  t.same(admitted(list(flag)), [[]]);
  t.same(admitted(list(flag, 1)), []);
  t.same(admitted(byType<boolean | string>({ boolean: flag, string: oneOf("a") })), [true, false, "a"]);
});

t.test("a thing needs its parts, its own or inherited, and is used as it is", async (t) => {
  const kind = thing<{ name: string; run(): void }>("a runner", { name: "string", run: "function" });
  class Runner {
    readonly name = "r";
    run(): void {}
  }
  const runner = new Runner();
  t.equal(kind.read(runner, "x"), runner);
  for (const value of [null, undefined, {}, { name: "r" }, { name: 1, run() {} }, () => {}, "r"])
    t.throws(() => kind.read(value, "x"), { code: "CONFIGURATION", message: /^x: expected a runner, got / });
});

t.test("a list is copied and bounded, and names what is wrong in it", async (t) => {
  const given = [true];
  const copy = list(flag).read(given, "x");
  given[0] = false;
  t.same(copy, [true]);
  t.throws(() => list(flag).read([true, 1], "x"), { message: "x[1]: expected true or false, got 1" });
  t.throws(() => list(flag).read(new Array(2 ** 31), "x"), { code: "CONFIGURATION" });
  t.throws(() => list(flag).read(new Array(2), "x"), { message: /^x\[0\]: .* got undefined/ });
});

t.test("no error shows a secret", async (t) => {
  t.equal(secret.read("open sesame", "x"), "open sesame");
  for (const value of [4711, "", ["4711"], { toString: () => "4711" }, 4711n])
    t.throws(() => secret.read(value, "x"), { code: "CONFIGURATION", message: /^x: expected text [^4]*$/ });
});
