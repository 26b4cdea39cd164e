/**
 * Which conversation a client begins, by its first bytes. The table is data: TLS, HTTP, Rocket and header framings are rows like
 * these. Never waits for bytes that a legal opener may not send. Knows nothing of sessions.
 *
 *     unframed binary     80 01 .. ..                    strict binary: a negative number as a frame's length
 *     unframed compact    82 .v                          v & 1F: version
 *     framed binary       ll ll ll ll 80 01 .. ..
 *     framed compact      ll ll ll ll 82 .v
 *     unframed json       "[1,"
 *     framed json         ll ll ll ll "[1,"
 *     http                "POST", "GET ", …              any verb, so that it can be answered
 *     header              ll ll ll ll 0F FF
 *     framed header       ll ll ll ll ll ll ll ll 0F FF
 *     ttheader            ll ll ll ll 10 00 .. ff        ff: not the bit of streams
 *     zlib                78 xx                          (78 xx) mod 31 = 0, no dictionary; Thrift inside
 *     rocket              00 ll ll 00 00 00 00 0000 01.. ..00 0000 00 01 00 00       SETUP of RSocket 1.0 below 64 KiB
 */
import type { Buffer } from "node:buffer";

/** What an opening says of the bytes so far. */
export type Verdict = "yes" | "no" | "more";

/** One row of the table: how a conversation may begin and what it leads to. */
export interface Opening<T> {
  readonly name: string;
  /** Judges the `length` bytes at the start of `bytes`; at least one is there. */
  test(bytes: Buffer, length: number): Verdict;
  readonly leadsTo: T;
}

/** The first row that matches; "more" while one still may; undefined when none can. */
export function detect<T>(
  openings: readonly Opening<T>[],
  bytes: Buffer,
  length: number,
): Opening<T> | "more" | undefined {
  let open = false;
  for (const opening of openings) {
    const verdict = opening.test(bytes, length);
    // A later row may not overtake one that is still undecided.
    if (verdict === "yes" && !open) return opening;
    open ||= verdict !== "no";
  }
  return open ? "more" : undefined;
}

/** A test of single bytes: undefined means any. */
export type BytePattern = readonly (((byte: number) => boolean) | undefined)[];

/** Judges byte by byte: "no" at the first that does not fit, "more" while they end too early. */
export function testPattern(pattern: BytePattern, bytes: Buffer, length: number): Verdict {
  for (let i = 0; i < pattern.length; i++) {
    if (i >= length) return "more";
    if (pattern[i]?.(bytes[i] as number) === false) return "no";
  }
  return "yes";
}

const is =
  (value: number) =>
  (byte: number): boolean =>
    byte === value;
const compactVersion =
  (version: number) =>
  (byte: number): boolean =>
    (byte & 0x1f) === version;
/** First byte of a frame's length: positive, and below the 218 MB that other openings would need. */
const lengthByte = (byte: number): boolean => byte < 0x0d;
const LENGTH: BytePattern = [lengthByte, undefined, undefined, undefined];

// A type other than the four is not told apart here: the session answers it.
const BINARY: BytePattern = [is(0x80), is(0x01)];
/** `[1,`: an array that begins with the version. */
const JSON_MESSAGE: BytePattern = [is(0x5b), is(0x31), is(0x2c)];
const compactPattern = (version: number): BytePattern => [is(0x82), compactVersion(version)];

/** The protocols that a classic connection may begin with. */
export interface ClassicProtocols<P> {
  readonly binary: P;
  readonly compact: P;
  readonly compactFb: P;
  readonly json: P;
}

/** The rows of plain Thrift: framed and unframed × binary, compact and fbthrift's compact. `lead` makes what a row leads to. */
export function classicOpenings<T, P, F>(
  protocols: ClassicProtocols<P>,
  framings: { readonly framed: F; readonly unframed: F },
  lead: (framing: F, protocol: P) => T,
): Opening<T>[] {
  const kinds: [string, BytePattern, P][] = [
    ["binary", BINARY, protocols.binary],
    ["compact", compactPattern(1), protocols.compact],
    ["fbthrift compact", compactPattern(2), protocols.compactFb],
    ["json", JSON_MESSAGE, protocols.json],
  ];
  return kinds.flatMap(([name, pattern, protocol]) => [
    opening(`unframed ${name}`, pattern, lead(framings.unframed, protocol)),
    opening(`framed ${name}`, [...LENGTH, ...pattern], lead(framings.framed, protocol)),
  ]);
}

/**
 * The rows of binary without a version, as programs before 2008 wrote it: a name's length, 1 to 255, where the version would be,
 * and a letter behind it. To be added last, and only when asked for: it can be mistaken for garbage.
 */
export function oldBinaryOpenings<T, P, F>(
  protocol: P,
  framings: { readonly framed: F; readonly unframed: F },
  lead: (framing: F, protocol: P) => T,
): Opening<T>[] {
  const letter = (byte: number): boolean =>
    (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
  const pattern: BytePattern = [is(0), is(0), is(0), (byte) => byte > 0, letter];
  return [
    opening("framed old binary", [...LENGTH, ...pattern], lead(framings.framed, protocol)),
    opening("unframed old binary", pattern, lead(framings.unframed, protocol)),
  ];
}

function opening<T>(name: string, pattern: BytePattern, leadsTo: T): Opening<T> {
  return { name, test: (bytes, length) => testPattern(pattern, bytes, length), leadsTo };
}

const clear =
  (mask: number, value = 0) =>
  (byte: number): boolean =>
    (byte & mask) === value;

/** SETUP on stream 0: the type in six bits, none of the low flags, version 1.0. */
const ROCKET: BytePattern = [
  is(0),
  undefined,
  undefined,
  is(0),
  is(0),
  is(0),
  is(0),
  clear(0xfc, 0x04),
  clear(0x3f),
  is(0),
  is(1),
  is(0),
  is(0),
];

/** The row of Rocket. */
export function rocketOpening<T>(leadsTo: T): Opening<T> {
  return opening("rocket", ROCKET, leadsTo);
}

/** The row of THeader. */
export function headerOpening<T>(leadsTo: T): Opening<T> {
  return opening("header", [...LENGTH, is(0x0f), is(0xff)], leadsTo);
}

/** The row of THeader within frames. */
export function framedHeaderOpening<T>(leadsTo: T): Opening<T> {
  return opening("framed header", [...LENGTH, ...LENGTH, is(0x0f), is(0xff)], leadsTo);
}

/** The row of Kitex's TTHeader, for unary calls. */
export function ttheaderOpening<T>(leadsTo: T): Opening<T> {
  return opening("ttheader", [...LENGTH, is(0x10), is(0x00), undefined, clear(0x02)], leadsTo);
}

/** A deflate stream with the largest window, as zlib begins it at any level. */
const ZLIB: BytePattern = [is(0x78), (byte) => ((0x78 << 8) | byte) % 31 === 0 && (byte & 0x20) === 0];

/** The row of Apache's zlib transport. */
export function zlibOpening<T>(leadsTo: T): Opening<T> {
  return opening("zlib", ZLIB, leadsTo);
}

const text = (start: string): BytePattern => [...start].map((character) => is(character.charCodeAt(0)));

const HTTP_VERBS = ["POST ", "GET ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH ", "CONNECT ", "TRACE "];

/** The rows of HTTP/1: every verb, for a refusal can be told. */
export function httpOpenings<T>(leadsTo: T): Opening<T>[] {
  return HTTP_VERBS.map((verb) => opening(`http ${verb.trim()}`, text(verb).slice(0, 4), leadsTo));
}

/** The rows of what is known and not spoken: HTTP/2, TLS where it is not expected, zlib the other way round. `lead` makes what a row leads to of its name. */
export function foreignOpenings<T>(lead: (name: string) => T): Opening<T>[] {
  const tls: BytePattern = [is(0x16), is(0x03), (byte) => byte <= 0x04, undefined, undefined, is(0x01)];
  const rows: [string, BytePattern][] = [
    ["an HTTP/2 preface", text("PRI * HTTP/2.0")],
    ["a TLS ClientHello", tls],
    ["a zlib stream within frames (frames within a zlib stream are spoken)", [...LENGTH, ...ZLIB]],
  ];
  return rows.map(([name, pattern]) => opening(name, pattern, lead(name)));
}

const HTTP_ANSWER: BytePattern = text("HTTP/");
const TLS_ALERT: BytePattern = [is(0x15), is(0x03), (byte) => byte <= 0x04, is(0x00), is(0x02)];
/** SETTINGS, which every server of HTTP/2 sends first. */
const HTTP2_ANSWER: BytePattern = [is(0), is(0), undefined, is(0x04), is(0), is(0), is(0), is(0), is(0)];
/** What a Rocket server says on stream 0: METADATA_PUSH, KEEPALIVE or ERROR. */
const ROCKET_ANSWER: BytePattern = [
  is(0),
  undefined,
  undefined,
  is(0),
  is(0),
  is(0),
  is(0),
  (byte) => [0x30, 0x0c, 0x2c].includes(byte & 0xfc),
];

const TLS_ROW: [string, BytePattern] = ["a TLS alert", TLS_ALERT];
const HTTP_ROW: [string, BytePattern] = ["an HTTP answer", HTTP_ANSWER];
const HTTP2_ROW: [string, BytePattern] = ["an HTTP/2 answer", HTTP2_ANSWER];
const ROCKET_ROW: [string, BytePattern] = ["Rocket", ROCKET_ANSWER];
const HEADER_ROW: [string, BytePattern] = ["THeader", [...LENGTH, is(0x0f), is(0xff)]];
const FRAMED_ROWS: [string, BytePattern][] = [BINARY, compactPattern(1), compactPattern(2)].map((pattern) => [
  "framed Thrift",
  [...LENGTH, ...pattern],
]);
const UNFRAMED_ROWS: [string, BytePattern][] = [BINARY, compactPattern(1), compactPattern(2)].map((pattern) => [
  "unframed Thrift",
  pattern,
]);

/** What a client speaks as a person knows it, and what an answer may begin with that is none of that. */
export interface ForeignAnswers {
  readonly expected: string;
  readonly foreign: readonly Opening<ForeignAnswer>[];
}

/** What an answer looks like, and which option would have it understood. */
export interface ForeignAnswer {
  readonly looksLike: string;
  readonly option: "tls" | "protocol";
}

function foreignTo(expected: string, rows: readonly [string, BytePattern][]): ForeignAnswers {
  const leadsTo = (looksLike: string): ForeignAnswer => ({
    looksLike,
    option: looksLike === TLS_ROW[0] ? "tls" : "protocol",
  });
  return { expected, foreign: rows.map(([name, pattern]) => opening(name, pattern, leadsTo(name))) };
}

/** By the framing's name. No first answer of a server that speaks it fits one of its rows. */
const FOREIGN: Readonly<Record<string, ForeignAnswers>> = {
  rocket: foreignTo("Rocket", [HTTP_ROW, TLS_ROW, ...FRAMED_ROWS, ...UNFRAMED_ROWS, HEADER_ROW]),
  framed: foreignTo("framed Thrift", [HTTP_ROW, TLS_ROW, ...UNFRAMED_ROWS, HEADER_ROW, HTTP2_ROW, ROCKET_ROW]),
  unframed: foreignTo("unframed Thrift", [HTTP_ROW, TLS_ROW, ...FRAMED_ROWS, HEADER_ROW, HTTP2_ROW, ROCKET_ROW]),
  header: foreignTo("THeader", [HTTP_ROW, TLS_ROW, ...FRAMED_ROWS, ...UNFRAMED_ROWS, HTTP2_ROW, ROCKET_ROW]),
  http: foreignTo("HTTP", [TLS_ROW, ...FRAMED_ROWS, ...UNFRAMED_ROWS, HEADER_ROW, HTTP2_ROW, ROCKET_ROW]),
};
const NOTHING_FOREIGN: ForeignAnswers = { expected: "", foreign: [] };

/** What is foreign to a client of the framing called `spoken`; nothing where that is not one of ours. */
export function answersForeignTo(spoken: string): ForeignAnswers {
  return Object.hasOwn(FOREIGN, spoken) ? (FOREIGN[spoken] as ForeignAnswers) : NOTHING_FOREIGN;
}
