/**
 * How connections of classic Thrift begin, as rows of the table by which a server finds out what its client speaks.
 *
 *     unframed binary     80 01 .. ..                    strict binary: a negative number as a frame's length
 *     unframed compact    82 .v                          v & 1F: version
 *     framed binary       ll ll ll ll 80 01 .. ..
 *     framed compact      ll ll ll ll 82 .v
 *     unframed json       "[1,"
 *     framed json         ll ll ll ll "[1,"
 *     header              ll ll ll ll 0F FF
 *     framed header       ll ll ll ll ll ll ll ll 0F FF
 *     ttheader            ll ll ll ll 10 00 .. ff        ff: not the bit of streams
 *     zlib                78 xx                          (78 xx) mod 31 = 0, no dictionary; Thrift inside
 */
import { type BytePattern, FRAME_LENGTH, is, masked, type Opening, opening } from "./detect.ts";

const compactVersion =
  (version: number) =>
  (byte: number): boolean =>
    (byte & 0x1f) === version;
// A type other than the four is not told apart here: the session answers it.
export const BINARY: BytePattern = [is(0x80), is(0x01)];
/** `[1,`: an array that begins with the version. */
const JSON_MESSAGE: BytePattern = [is(0x5b), is(0x31), is(0x2c)];
export const compactPattern = (version: number): BytePattern => [is(0x82), compactVersion(version)];

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
    opening(`framed ${name}`, [...FRAME_LENGTH, ...pattern], lead(framings.framed, protocol)),
  ]);
}

/**
 * The rows of binary without a version, as programs before 2008 wrote it: a name's length, 1 to 255, where the version would be,
 * and a letter after it. To be added last, and only when asked for: it can be mistaken for garbage.
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
    opening("framed old binary", [...FRAME_LENGTH, ...pattern], lead(framings.framed, protocol)),
    opening("unframed old binary", pattern, lead(framings.unframed, protocol)),
  ];
}

/** The row of THeader. */
export function headerOpening<T>(leadsTo: T): Opening<T> {
  return opening("header", [...FRAME_LENGTH, is(0x0f), is(0xff)], leadsTo);
}

/** The row of THeader within frames. */
export function framedHeaderOpening<T>(leadsTo: T): Opening<T> {
  return opening("framed header", [...FRAME_LENGTH, ...FRAME_LENGTH, is(0x0f), is(0xff)], leadsTo);
}

/** The row of Kitex's TTHeader, for unary calls. */
export function ttheaderOpening<T>(leadsTo: T): Opening<T> {
  return opening("ttheader", [...FRAME_LENGTH, is(0x10), is(0x00), undefined, masked(0x02)], leadsTo);
}

/** A deflate stream with the largest window, as zlib begins it at any level. */
export const ZLIB: BytePattern = [is(0x78), (byte) => ((0x78 << 8) | byte) % 31 === 0 && (byte & 0x20) === 0];

/** The row of Apache's zlib transport. */
export function zlibOpening<T>(leadsTo: T): Opening<T> {
  return opening("zlib", ZLIB, leadsTo);
}
