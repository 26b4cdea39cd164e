/** Values from the whole of JavaScript by name, and what is right where one stands for an option. Knows no call. */
import { Buffer } from "node:buffer";

/** Makes a value anew each time: one call must not spoil it for another. */
type Make = () => unknown;

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const fail = (): never => {
  throw new Oops();
};

/** What our traps and getters throw. */
export class Oops extends Error {
  constructor() {
    super("oops");
  }
}

export const throwingProxy = (target: object = {}): object =>
  new Proxy(target, {
    get: fail,
    has: fail,
    ownKeys: fail,
    getPrototypeOf: fail,
    getOwnPropertyDescriptor: fail,
    set: fail,
  });

const THEN = "then";

/** An object with such a `then`. */
export const thenable = (then: unknown): object => ({ [THEN]: then });

/** An object whose `then` is read by `get`. */
export const thenBy = (get: () => unknown): object => Object.defineProperty({}, THEN, { get });

export const NUMBERS: Readonly<Record<string, Make>> = {
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-Infinity": () => Number.NEGATIVE_INFINITY,
  "0": () => 0,
  "-0": () => -0,
  "-1": () => -1,
  "-1e300": () => -1e300,
  "1e-300": () => 1e-300,
  "0.5": () => 0.5,
  "1": () => 1,
  "7": () => 7,
  "5000": () => 5_000,
  "2 ** 31": () => 2 ** 31,
  "2 ** 32 + 5": () => 2 ** 32 + 5,
  "2 ** 53": () => 2 ** 53,
  "1e308": () => 1e308,
};

/** Of no use for anything that wants a number, a function or an object of ours. */
export const STRANGE: Readonly<Record<string, Make>> = {
  null: () => null,
  undefined: () => undefined,
  true: () => true,
  false: () => false,
  "''": () => "",
  "'5'": () => "5",
  "'text'": () => "text",
  "'\\ud800'": () => "\ud800",
  "5n": () => 5n,
  "Symbol()": () => Symbol("odd"),
  "[]": () => [],
  "[5]": () => [5],
  "{}": () => ({}),
  "{ valueOf }": () => ({ valueOf: () => 5 }),
  "{ toString throws }": () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail }),
  "new Number(5)": () => new Number(5),
  "new String('5')": () => new String("5"),
  "new Date(0)": () => new Date(0),
  "() => {}": () => () => {},
  "class {}": () => class {},
  "/x/": () => /x/,
  "a promise": () => Promise.resolve(5),
  "new Map": () => new Map([["a", "b"]]),
  "new Set": () => new Set([1]),
  "a Buffer": () => Buffer.from("bytes"),
  "a Float64Array": () => new Float64Array([1.5, -2.25, Math.PI]),
  "Object.create(null)": () => Object.create(null) as object,
  "a frozen object": () => Object.freeze({ a: Object.freeze({}) }),
  "a proxy": () => new Proxy({}, {}),
  "a revoked proxy": revoked,
  "a proxy that throws": () => throwingProxy(),
  "a function proxy that throws": () => throwingProxy(() => {}),
  "a cycle": () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    return cycle;
  },
  "a getter that throws": () => ({
    get a(): never {
      return fail();
    },
  }),
};

export const SIGNALS: Readonly<Record<string, Make>> = {
  "a live signal": () => new AbortController().signal,
  "an aborted signal": () => AbortSignal.abort(),
  "a signal aborted with 5": () => AbortSignal.abort(5),
  "a fake signal": () => ({ aborted: false, addEventListener() {}, removeEventListener() {} }),
  "a signal that throws": () => ({ aborted: false, addEventListener: fail, removeEventListener: fail }),
};

const text = (length: number): string => "h".repeat(length);

/** The values of one header. */
export const HEADER_TEXTS: Readonly<Record<string, Make>> = {
  "'plain'": () => "plain",
  "'é ☃'": () => "é ☃",
  "''": () => "",
  "' blank '": () => " blank ",
  "'a\\nb'": () => "a\nb",
  "'a\\0b'": () => "a\0b",
  "'\\ud800'": () => "\ud800",
  "'bad name'": () => "bad name",
  "'host'": () => "host",
  "'content-length'": () => "content-length",
  "'__proto__'": () => "__proto__",
  "30,000 characters": () => text(30_000),
  "40,000 characters": () => text(40_000),
  "70,000 characters": () => text(70_000),
  undefined: () => undefined,
  null: () => null,
  "5": () => 5,
  "Symbol()": () => Symbol("odd"),
  "{ toString throws }": STRANGE["{ toString throws }"] as Make,
  "a revoked proxy": revoked,
  "new String('5')": () => new String("5"),
};

export const HEADERS: Readonly<Record<string, Make>> = {
  "{ a: 'b' }": () => ({ a: "b" }),
  "{ a: 'b', frozen }": () => Object.freeze({ a: "b" }),
  "three of 30,000": () => ({ a: text(30_000), b: text(30_000), c: text(30_000) }),
  "two of 32,768": () => ({ a: text(32_768), b: text(32_768) }),
  "2,000 headers": () => Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`h${i}`, "x"])),
  ...Object.fromEntries(
    Object.entries(HEADER_TEXTS).flatMap(([name, make]) => [
      [`{ a: ${name} }`, () => ({ a: make() })],
      [`{ [${name}]: 'x' }`, () => ({ [typeof make() === "symbol" ? "symbol" : safeKey(make())]: "x" })],
    ]),
  ),
};

function safeKey(value: unknown): string {
  return typeof value === "string" ? value : "key";
}

export const CONTEXTS: Readonly<Record<string, Make>> = {
  "a context": () => ({ timeLeftMs: () => 5_000, signal: new AbortController().signal }),
  "a context without time": () => ({ timeLeftMs: () => 0, signal: new AbortController().signal }),
  "an aborted context": () => ({ timeLeftMs: () => 5_000, signal: AbortSignal.abort() }),
  "a context of NaN": () => ({ timeLeftMs: () => Number.NaN, signal: new AbortController().signal }),
  "a context that throws": () => ({ timeLeftMs: fail, signal: new AbortController().signal }),
  "a context without a signal": () => ({ timeLeftMs: () => 5_000 }),
};

export const CALLBACKS: Readonly<Record<string, Make>> = {
  throws: () => fail,
  rejects: () => () => Promise.reject(new Oops()),
  "gives a thenable that throws": () => () => thenable(fail),
};

/** How an option is given that no value stands for. */
export const GETTER_THROWS = "a getter that throws";
export const GETTER_CHANGES = "a getter that changes";
/** What that gives when it is first asked, which is all that may count. */
export const GETTER_FIRST = 5_000;

const VALUES: Readonly<Record<string, Make>> = {
  ...STRANGE,
  ...NUMBERS,
  ...SIGNALS,
  ...HEADER_TEXTS,
  ...HEADERS,
  ...CONTEXTS,
  ...CALLBACKS,
};

export function valueOf(name: string): unknown {
  const make = VALUES[name];
  if (make === undefined) throw new Error(`no value is called ${name}`);
  return make();
}

/** Puts `name` as the property `key` on `target`: a value, or one of the getters. */
export function put(target: object, key: string, name: string): void {
  if (name === GETTER_THROWS) Object.defineProperty(target, key, { get: fail, enumerable: true, configurable: true });
  else if (name === GETTER_CHANGES) {
    let reads = 0;
    Object.defineProperty(target, key, {
      get: () => (reads++ === 0 ? GETTER_FIRST : "changed"),
      enumerable: true,
      configurable: true,
    });
  } else
    Object.defineProperty(target, key, { value: valueOf(name), enumerable: true, configurable: true, writable: true });
}
