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

/**
 * What an answer may begin with that is none of Rocket's, by the name that a person knows it by. No first frame of a Rocket server
 * fits: it is for stream 0, or for one of the first that were opened.
 */
export function foreignAnswers(): Opening<string>[] {
  const rows: [string, BytePattern][] = [
    ["an HTTP answer", text("HTTP/")],
    ["a TLS alert", [is(0x15), is(0x03), (byte) => byte <= 0x04, is(0x00), is(0x02)]],
    ["framed Thrift", [...LENGTH, ...BINARY]],
    ["framed Thrift", [...LENGTH, ...compactPattern(1)]],
    ["framed Thrift", [...LENGTH, ...compactPattern(2)]],
    ["unframed Thrift", BINARY],
    ["unframed Thrift", compactPattern(1)],
  ];
  return rows.map(([name, pattern]) => opening(name, pattern, name));
}
