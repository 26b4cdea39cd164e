// The values that every program of the interop suite must carry in both directions, in words. Knows which edges matter
// to each type; knows nothing of languages.

import { binaryWords, doubleWords, listWords, mapWords, setWords, stringWords, structWords } from "./words.ts";

/** One value: `type` is the suffix of its methods (I64 of echoI64), `text` the value in words. */
export interface Case {
  readonly type: string;
  readonly name: string;
  readonly text: string;
}

type Named = readonly (readonly [name: string, text: string])[];

const numbers = (...values: (number | bigint)[]): Named => values.map((value) => [`${value}`, `${value}`]);

const doubles: Named = [
  0,
  -0,
  1,
  -1.5,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  2.2250738585072014e-308,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  2 ** 53 + 2,
  Math.PI,
  1e-292,
].map((value) => [Object.is(value, -0) ? "-0" : `${value}`, doubleWords(value)]);

const strings: Named = [
  ["empty", ""],
  ["ascii", "The quick brown fox"],
  ["nul", "\u0000 between \u0000"],
  ["controls", Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join("")],
  ["two bytes", "\u0080\u07ff\u00e9\u00df"],
  ["three bytes", "\u0800\ud7ff\ue000\uffff\ufeff\u202a\u20ac"],
  ["astral", "\u{10000}\u{1f600}\u{10ffff}"],
  ["combining", "e\u0301 \u{1f468}\u200d\u{1f469}\u200d\u{1f467}"],
  ["127 bytes", "x".repeat(127)],
  ["128 bytes", "x".repeat(128)],
  ["16384 characters of two bytes", "\u00e9".repeat(16384)],
  ["every 61st character", everyCharacter(61)],
].map(([name, text]) => [name as string, stringWords(text as string)]);

const everyByte = Uint8Array.from({ length: 256 }, (_, value) => value);

const binaries: Named = [
  ["empty", binaryWords(Buffer.alloc(0))],
  ["every byte", binaryWords(everyByte)],
  ["every byte, descending", binaryWords(Uint8Array.from(everyByte).reverse())],
  ["bad UTF-8", binaryWords(Buffer.from("fffe80c0aff5edb080", "hex"))],
  ["over 64 KiB", binaryWords(Buffer.alloc(70_000, everyByte))],
];

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
const i64s = numbers(
  0n,
  1n,
  -1n,
  127n,
  128n,
  -128n,
  2n ** 31n,
  2n ** 32n,
  -(2n ** 32n) - 1n,
  2n ** 53n - 1n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  7000000000000000123n,
  -9000000000000000064n,
  HIGHEST,
  LOWEST,
);

function leaf(number: number, text: string): string {
  return structWords([
    [1, `${number}`],
    [2, stringWords(text)],
  ]);
}

interface EverythingValues {
  readonly yes: boolean;
  readonly integers: readonly [tiny: number, small: number, medium: number, large: bigint];
  readonly real: number;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly colour: number;
}

function everything(values: EverythingValues, distant: readonly (readonly [number, string])[] = []): string {
  const [tiny, small, medium, large] = values.integers;
  return structWords([
    [1, `${values.yes}`],
    [2, `${tiny}`],
    [3, `${small}`],
    [4, `${medium}`],
    [5, `${large}`],
    [6, doubleWords(values.real)],
    [7, stringWords(values.text)],
    [8, binaryWords(values.bytes)],
    [9, `${values.colour}`],
    [10, `${large}`],
    [11, leaf(medium, values.text)],
    ...distant,
  ]);
}

const zeros = everything({
  yes: false,
  integers: [0, 0, 0, 0n],
  real: 0,
  text: "",
  bytes: Buffer.alloc(0),
  colour: 0,
});
const lowest = everything({
  yes: true,
  integers: [-128, -32768, -2147483648, LOWEST],
  real: Number.NEGATIVE_INFINITY,
  text: "\u0000",
  bytes: everyByte,
  colour: -5,
});
const highest = everything(
  {
    yes: true,
    integers: [127, 32767, 2147483647, HIGHEST],
    real: Number.MAX_VALUE,
    text: "\u{10ffff}",
    bytes: everyByte,
    colour: 2147483647,
  },
  [
    [27, "true"],
    [28, "false"],
    [44, `${HIGHEST}`],
    [1000, stringWords("far")],
    [32766, leaf(-1, "leaf")],
    [32767, "-128"],
  ],
);

const ids: Named = [
  [
    "without optional fields",
    structWords([
      [-1, "-1"],
      [-2, stringWords("second")],
      [1, "1"],
    ]),
  ],
  [
    "with all fields",
    structWords([
      [-1, "2147483647"],
      [-2, stringWords("")],
      [-3, "true"],
      [1, "0"],
      [15, "15"],
      [16, "16"],
      [31, "false"],
      [47, "true"],
    ]),
  ],
];

const requiredness: Named = [
  [
    "nothing optional",
    structWords([
      [1, "0"],
      [2, "''"],
      [3, "1"],
      [4, "''"],
      [6, "42"],
      [8, "true"],
    ]),
  ],
  [
    "everything set",
    structWords([
      [1, "-1"],
      [2, stringWords("must")],
      [3, "0"],
      [4, stringWords("set")],
      [5, "0"],
      [6, "0"],
      [7, "[]"],
      [8, "false"],
    ]),
  ],
];

/** Each container with the elements that `count` asks for. */
function containers(count: number): string {
  const range = Array.from({ length: count }, (_, index) => index);
  const each = (make: (index: number) => string): string[] => range.map(make);
  const spread = (index: number, bits: bigint): bigint =>
    BigInt.asIntN(Number(bits), BigInt(index) * 0x9e3779b97f4a7c15n);
  const byteKeys = range.slice(0, 256).map((index) => `${index - 128}`);
  const colours = [0, 1, 2, 255, -5, 2147483647];
  return structWords([
    [1, listWords(each((index) => `${index % 3 === 0}`))],
    [2, listWords(each((index) => `${spread(index, 8n)}`))],
    [3, listWords(each((index) => `${spread(index, 16n)}`))],
    [4, listWords(each((index) => `${spread(index, 32n)}`))],
    [5, listWords(each((index) => `${spread(index, 64n)}`))],
    [6, listWords(each((index) => doubleWords(index / 3)))],
    [7, listWords(each((index) => stringWords(`item ${index}`)))],
    [8, listWords(each((index) => binaryWords(Buffer.from([index, index >> 8]))))],
    [9, listWords(each((index) => `${colours[index % colours.length]}`))],
    [10, listWords(each((index) => leaf(index, "\u00e9")))],
    [11, setWords(byteKeys)],
    [12, setWords(each((index) => `${index - 2}`))],
    [13, setWords(each((index) => stringWords(`${index}`)))],
    [14, mapWords(range.map((index) => [`${-index}`, `${index}`]))],
    [15, mapWords(range.map((index) => [stringWords(`key ${index}`), stringWords("v".repeat(index % 5))]))],
    [16, mapWords(byteKeys.map((key, index) => [key, `${index % 2 === 0}`]))],
    [17, mapWords(range.map((index) => [`${index - 5000}`, `${spread(index, 64n)}`]))],
    [18, mapWords(colours.slice(0, count).map((colour) => [`${colour}`, leaf(colour, "paint")]))],
    [19, mapWords(range.map((index) => [stringWords(`${index}`), doubleWords(-index - 0.5)]))],
  ]);
}

const oneChoice = {
  flag: structWords([[1, "false"]]),
  number: structWords([[2, "-2147483648"]]),
  text: structWords([[3, stringWords("\u{1f600}")]]),
  "empty text": structWords([[3, "''"]]),
  bytes: structWords([[4, binaryWords(everyByte)]]),
  leaf: structWords([[5, leaf(5, "five")]]),
  longs: structWords([[6, listWords([`${HIGHEST}`, `${LOWEST}`])]]),
  "empty longs": structWords([[6, "[]"]]),
  counts: structWords([
    [
      7,
      mapWords([
        [stringWords("a"), "1"],
        [stringWords(""), "0"],
      ]),
    ],
  ]),
  colour: structWords([[16, "255"]]),
} as const;

const choices: Named = [
  ...Object.entries(oneChoice),
  ["choices", structWords([[300, listWords(Object.values(oneChoice))]])],
];

const emptyNested = structWords([
  [1, "{}"],
  [2, "[]"],
  [3, "{}"],
  [4, "[]"],
  [5, "{}"],
  [6, "[]"],
]);
const fullNested = structWords([
  [
    1,
    mapWords([
      [
        stringWords("a"),
        mapWords([
          ["1", listWords([setWords(["1", "2"]), "[]"])],
          ["-2", "[]"],
        ]),
      ],
      [stringWords(""), "{}"],
    ]),
  ],
  [2, listWords([listWords([listWords(["''", stringWords("x")]), "[]"]), "[]"])],
  [
    3,
    mapWords([
      [
        "-4",
        mapWords([
          ["-4", "-4"],
          ["-3", "-3"],
        ]),
      ],
      [
        "4",
        mapWords([
          ["1", "1"],
          ["2", "2"],
        ]),
      ],
      ["0", "{}"],
    ]),
  ],
  [4, listWords([mapWords([[stringWords("k"), "[true,false,true]"]]), "{}"])],
  [5, mapWords([[stringWords("l"), listWords([leaf(1, "a"), leaf(2, "b")])]])],
  [6, listWords(Object.values(oneChoice))],
  [7, highest],
]);

const hardKeys: Named = [
  [
    "map by bool",
    structWords([
      [
        1,
        mapWords([
          ["true", stringWords("yes")],
          ["false", stringWords("no")],
        ]),
      ],
    ]),
  ],
  [
    "map by small i64",
    structWords([
      [
        2,
        mapWords([
          ["1", "''"],
          ["9", "''"],
        ]),
      ],
    ]),
  ],
  [
    "map by i64",
    structWords([
      [
        2,
        mapWords([
          [`${HIGHEST}`, "''"],
          [`${LOWEST}`, "''"],
          ["16", "''"],
        ]),
      ],
    ]),
  ],
  [
    "map by double",
    structWords([
      [
        3,
        mapWords([
          [doubleWords(0.5), "''"],
          [doubleWords(-1e300), "''"],
        ]),
      ],
    ]),
  ],
  [
    "map by binary",
    structWords([
      [
        4,
        mapWords([
          ["'fffe'", "''"],
          ["'00'", "''"],
        ]),
      ],
    ]),
  ],
  [
    "map by struct",
    structWords([
      [
        5,
        mapWords([
          [leaf(1, "a"), "''"],
          [leaf(2, "b"), "''"],
        ]),
      ],
    ]),
  ],
  [
    "map by list",
    structWords([
      [
        6,
        mapWords([
          ["[1,2]", "''"],
          ["[]", "''"],
        ]),
      ],
    ]),
  ],
  ["set of i64", structWords([[7, setWords([`${HIGHEST}`, `${LOWEST}`, "0"])]])],
  ["set of double", structWords([[8, setWords([doubleWords(0.5), doubleWords(-1e300)])]])],
  ["set of binary", structWords([[9, setWords(["'fffe'", "'00'"])]])],
  ["set of structs", structWords([[10, setWords([leaf(1, "a"), leaf(2, "b")])]])],
  ["set of lists", structWords([[11, setWords(["[1,2]", "[]"])]])],
  ["set of sets", structWords([[12, setWords(["[1,2]", "[]"])]])],
  ["set of bool", structWords([[13, setWords(["true", "false"])]])],
];

function tree(depth: number): string {
  const children = depth === 0 ? [] : [tree(depth - 1)];
  return structWords([
    [1, `${depth}`],
    [2, listWords(children)],
  ]);
}

const wide = structWords([
  [1, "0"],
  [2, listWords(Array.from({ length: 100 }, () => tree(1)))],
]);
const index = mapWords([
  [stringWords("none"), "[]"],
  [stringWords("two"), listWords([leaf(1, "a"), leaf(2, "b")])],
]);
const texts = setWords(["''", stringWords("a"), stringWords("\u{1f600}"), stringWords("\u0000")]);

const byType: Readonly<Record<string, Named>> = {
  Bool: [
    ["true", "true"],
    ["false", "false"],
  ],
  I8: numbers(0, 1, -1, 42, -120, 127, -128),
  I16: numbers(0, 1, -1, 127, 128, 255, 256, 32767, -32768),
  I32: numbers(0, 1, -1, 63, 64, -64, -65, 8191, 8192, 65535, 190000013, 2147483647, -2147483648),
  I64: i64s,
  Double: doubles,
  String: strings,
  Binary: binaries,
  Colour: numbers(0, 1, 2, 255, -5, 2147483647),
  Instant: i64s.slice(-4),
  Everything: [
    ["zeros", zeros],
    ["lowest", lowest],
    ["highest", highest],
  ],
  Ids: ids,
  Requiredness: requiredness,
  Containers: [
    ["empty", containers(0)],
    ["of one", containers(1)],
    ["of 20", containers(20)],
  ],
  Nested: [
    ["empty", emptyNested],
    ["full", fullNested],
  ],
  HardKeys: hardKeys,
  Choice: choices,
  Tree: [
    ["a leaf", tree(0)],
    ["20 deep", tree(20)],
    ["wide", wide],
  ],
  Empty: [["empty", "()"]],
  Longs: [
    ["empty", "[]"],
    ["14", listWords(i64s.slice(0, 14).map(([, text]) => text))],
    ["15", listWords(i64s.slice(0, 15).map(([, text]) => text))],
  ],
  Index: [
    ["empty", "{}"],
    ["of two", index],
  ],
  Texts: [
    ["empty", "[]"],
    ["of four", texts],
  ],
};

/** What every combination carries. */
export function edgeCases(): Case[] {
  return casesOf(byType);
}

/** What is too big to be carried by every combination: 10,000 elements of each kind, all of Unicode. */
export function largeCases(): Case[] {
  return casesOf({
    Containers: [["of 10,000", containers(10_000)]],
    Longs: [["10,000", listWords(Array.from({ length: 10_000 }, (_, index) => `${BigInt(index) ** 4n}`))]],
    Texts: [["10,000", setWords(Array.from({ length: 10_000 }, (_, index) => stringWords(`${index}`)))]],
    String: [["all of Unicode", stringWords(everyCharacter(1))]],
  });
}

function casesOf(types: Readonly<Record<string, Named>>): Case[] {
  return Object.entries(types).flatMap(([type, cases]) => cases.map(([name, text]) => ({ type, name, text })));
}

/** Every `step`-th character that UTF-8 can hold, from U+0000. */
function everyCharacter(step: number): string {
  const pieces: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += step) {
    if (code < 0xd800 || code > 0xdfff) pieces.push(String.fromCodePoint(code));
  }
  return pieces.join("");
}

/** The cases as the peers read them: a line each, tab-separated. */
export function casesFile(cases: readonly Case[]): string {
  return cases.map(({ type, name, text }) => `${type}\t${name}\t${text}\n`).join("");
}
