/**
 * The lines of an HTTP head: names, values and numbers, by the letter of the specification, because what one reader forgives another
 * may read differently, and then a request can be smuggled past one of them. Knows no bodies and no connections.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9110#section-5 and https://www.rfc-editor.org/rfc/rfc9112#section-5
 */
import { Buffer, isUtf8 } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** A character, in latin1, that no value may have: controls but the tab, so CR, LF and NUL as well. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const BEYOND_ASCII = /[\x80-\xff]/;
/** What says where a message ends or whom it is for: twice, it could be read either way. */
const SINGLE: ReadonlySet<string> = new Set(["content-length", "host", "transfer-encoding"]);

/** Adds the field in `line`, which was read as latin1, to `fields`: its name in lower case; to an equal one, after a comma. Throws DecodeError. */
export function addField(fields: Map<string, string>, line: string): void {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon)).toLowerCase();
  const value = withoutBlanks(line, colon + 1);
  if (!TOKEN.test(name) || CONTROL.test(value))
    throw new DecodeError("invalid", `HTTP header line ${JSON.stringify(line.slice(0, 100))}`);
  const before = fields.get(name);
  if (before !== undefined && SINGLE.has(name)) throw new DecodeError("invalid", `HTTP message with two ${name} lines`);
  const text = textOf(value);
  fields.set(name, before === undefined ? text : `${before}, ${text}`);
}

/** From `start` on; blanks are spaces and tabs, no others. */
function withoutBlanks(line: string, start: number): string {
  let from = start;
  let to = line.length;
  while (from < to && isBlank(line.charCodeAt(from))) from++;
  while (to > from && isBlank(line.charCodeAt(to - 1))) to--;
  return line.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** UTF-8 where it is that, else latin1: HTTP leaves it to both sides. */
function textOf(latin1: string): string {
  if (!BEYOND_ASCII.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : latin1;
}

/** The number in `Content-Length`: digits, and nothing else. Throws DecodeError. */
export function parseLength(text: string): number {
  if (!/^\d+$/.test(text)) throw new DecodeError("invalid", `HTTP length ${JSON.stringify(text.slice(0, 100))}`);
  return Number(text);
}

/** The number in the line before a chunk, which may have extensions. Throws DecodeError. */
export function parseChunkSize(line: string): number {
  const size = /^([0-9a-f]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i.exec(line)?.[1];
  if (size === undefined) throw new DecodeError("invalid", `HTTP chunk size ${JSON.stringify(line.slice(0, 100))}`);
  return Number.parseInt(size, 16);
}
