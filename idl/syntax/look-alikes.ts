/** Characters that look like one of the language's and are another: what they are called, and which one is meant. */

export interface LookAlike {
  /** For messages, with its code point: "no-break space (U+00A0)". */
  readonly name: string;
  /** A space, `"`, `:` …, or nothing for an invisible character. */
  readonly instead: string;
}

type Codes = readonly (number | readonly [first: number, last: number])[];

/** What they are called, what they look like, and their code points. */
const TABLE: readonly (readonly [name: string, instead: string, codes: Codes])[] = [
  ["no-break space", " ", [0xa0, 0x202f]],
  ["ideographic space", " ", [0x3000]],
  ["space of another width", " ", [0x1680, [0x2000, 0x200a], 0x205f]],
  ["line separator", " ", [0x85, 0x2028]],
  ["paragraph separator", " ", [0x2029]],
  ["zero-width space", "", [0x200b]],
  ["zero-width joiner", "", [0x200c, 0x200d, 0x2060]],
  ["soft hyphen", "", [0xad]],
  ["byte order mark", "", [0xfeff]],
  ["mark of writing direction", "", [0x61c, 0x200e, 0x200f, [0x202a, 0x202e], [0x2066, 0x2069]]],
  ["curly quote", '"', [[0x201c, 0x201f]]],
  ["quote", '"', [0xab, 0xbb, 0x2033, 0x275d, 0x275e, 0x301d, 0x301e]],
  ["curly quote", "'", [0x2018, 0x2019, 0x201a, 0x201b]],
  ["accent", "'", [0xb4, 0x2bc, 0x2032]],
  ["hyphen", "-", [0x2010, 0x2011, 0x2043]],
  ["dash", "-", [[0x2012, 0x2015], 0xfe58]],
  ["minus sign", "-", [0x2212]],
  ["ratio sign", ":", [0x2236]],
  ["letter colon", ":", [0xa789, 0x2d0]],
  ["Greek question mark", ";", [0x37e]],
  ["Arabic semicolon", ";", [0x61b]],
  ["ideographic comma", ",", [0x3001, 0xff64]],
  ["Arabic comma", ",", [0x60c]],
  ["ideographic full stop", ".", [0x3002, 0xff61]],
  ["middle dot", ".", [0xb7, 0x2219, 0x2024]],
  ["bracket", "<", [0x2039, 0x27e8, 0x2329, 0x3008, 0x276e, 0x276c]],
  ["bracket", ">", [0x203a, 0x27e9, 0x232a, 0x3009, 0x276f, 0x276d]],
  ["bracket", "[", [0x3010, 0x3014, 0x2772]],
  ["bracket", "]", [0x3011, 0x3015, 0x2773]],
  ["bracket", "(", [0x2768, 0x207d, 0xfe59]],
  ["bracket", ")", [0x2769, 0x207e, 0xfe5a]],
  ["brace", "{", [0x2774, 0xfe5b]],
  ["brace", "}", [0x2775, 0xfe5c]],
  ["asterisk", "*", [0x2217, 0x204e]],
  ["slash", "/", [0x2044, 0x2215]],
  ["equals sign", "=", [0xa78a, 0xfe66]],
  ["small comma", ",", [0xfe50]],
  ["small semicolon", ";", [0xfe54]],
  ["small colon", ":", [0xfe55, 0xfe13]],
];

const LETTERS = new Map<string, string>([
  ...pairs("АВСЕНІЈКМОРЅТХҮаеіјорсухѕһԁԛԝ", "ABCEHIJKMOPSTXYaeijopcyxshdqw"),
  ...pairs("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϳı", "ABEZHIKMNOPTYXovji"),
]);

function pairs(from: string, to: string): [string, string][] {
  return [...from].map((letter, i) => [letter, to[i] ?? ""]);
}

const BY_CODE = new Map<number, LookAlike>();
for (const [name, instead, codes] of TABLE) {
  for (const code of codes) {
    const [first, last] = typeof code === "number" ? [code, code] : code;
    for (let c = first; c <= last; c++) BY_CODE.set(c, { name: `${name} (${codePoint(c)})`, instead });
  }
}

/** Undefined for a character that looks like nothing of the language's. */
export function lookAlike(code: number): LookAlike | undefined {
  if (code < 0xff01 || code > 0xff5e) return BY_CODE.get(code);
  const instead = String.fromCharCode(code - 0xfee0);
  return { name: `full-width \`${instead}\` (${codePoint(code)})`, instead };
}

/** The ASCII letter that a Cyrillic or Greek one cannot be told from. */
export function letterLookAlike(letter: string): string | undefined {
  const code = letter.codePointAt(0) ?? 0;
  const wide = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : undefined;
  return LETTERS.get(letter) ?? wide;
}

/** "U+00A0". */
export function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
