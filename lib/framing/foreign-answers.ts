/** What the first answer of a server looks like that speaks something else than its client. Knows no sessions. */
import { type BytePattern, FRAME_LENGTH, is, type Opening, opening, text } from "./detect.ts";
import { BINARY, compactPattern } from "./thrift-openings.ts";

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
const HEADER_ROW: [string, BytePattern] = ["THeader", [...FRAME_LENGTH, is(0x0f), is(0xff)]];
const FRAMED_ROWS: [string, BytePattern][] = [BINARY, compactPattern(1), compactPattern(2)].map((pattern) => [
  "framed Thrift",
  [...FRAME_LENGTH, ...pattern],
]);
const UNFRAMED_ROWS: [string, BytePattern][] = [BINARY, compactPattern(1), compactPattern(2)].map((pattern) => [
  "unframed Thrift",
  pattern,
]);

/** What a client speaks, as people call it, and what an answer may begin with that is something else. */
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
