/** Values of every kind that JavaScript has, as somebody might give for an option. */
const thrower = (): never => {
  throw new Error("a getter that throws");
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Each made anew, with a name for messages. */
export const ANY_VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  ...Object.fromEntries(
    [0, -0, 1, 2, 3, -1, 0.5, 100, 1_500, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 5e-324]
      .concat([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      .map((value) => [`${Object.is(value, -0) ? "-0" : value}`, () => value]),
  ),
  '""': () => "",
  '"1"': () => "1",
  '"zlib"': () => "zlib",
  '"framed"': () => "framed",
  '"compact"': () => "compact",
  '"check"': () => "check",
  '"ordered"': () => "ordered",
  '"/path"': () => "/path",
  '"\\r\\n"': () => "/\r\nX: y",
  "a lone surrogate": () => "\ud800",
  "a symbol": () => Symbol("x"),
  "1n": () => 1n,
  "{}": () => ({}),
  "[]": () => [],
  "[1]": () => [1],
  "a list with holes": () => new Array(3),
  "a long list": () => new Array(2 ** 31),
  "a function": () => () => {},
  "a list of functions": () => [(next: unknown) => next],
  "a list of functions that give nothing": () => [() => {}],
  "a class": () => class {},
  "a Date": () => new Date(0),
  "a Map": () => new Map([["x", 1]]),
  "a Buffer": () => Buffer.from("x"),
  "a number in an object": () => Object(1),
  "an object that gives a number": () => ({ valueOf: () => 1, toString: () => "1" }),
  "a promise": () => Promise.resolve(1),
  "an object with a getter that throws": () => Object.defineProperty({}, "x", { get: thrower, enumerable: true }),
  "an object whose getters throw": () =>
    new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  "a revoked proxy": revoked,
  "a frozen object": () => Object.freeze({ x: 1 }),
};
