/** What is known and not spoken: how it begins, so that a client that speaks it can be told. */
import { type BytePattern, FRAME_LENGTH, is, type Opening, opening, text } from "./detect.ts";
import { ZLIB } from "./thrift-openings.ts";

/** The rows of what is known and not spoken: HTTP/2, TLS where it is not expected, zlib the other way round. `lead` makes what a row leads to of its name. */
export function foreignOpenings<T>(lead: (name: string) => T): Opening<T>[] {
  const tls: BytePattern = [is(0x16), is(0x03), (byte) => byte <= 0x04, undefined, undefined, is(0x01)];
  const rows: [string, BytePattern][] = [
    ["an HTTP/2 preface", text("PRI * HTTP/2.0")],
    ["a TLS ClientHello", tls],
    ["a zlib stream within frames (frames within a zlib stream are spoken)", [...FRAME_LENGTH, ...ZLIB]],
  ];
  return rows.map(([name, pattern]) => opening(name, pattern, lead(name)));
}
