import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { getUtf8, isWellFormed, putUtf8 } from "../../../lib/wire/utf8.ts";
import { MAX_UNITS } from "../../../lib/wire/utf8-units.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text, or undefined where the bytes are not UTF-8. */
function standard(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Read from the middle of other bytes, none of which may count. */
function read(bytes: Uint8Array, mode: "check" | "replace" = "check"): string | undefined {
  const buf = Buffer.concat([Buffer.from([0xbf]), bytes, Buffer.from([0xbf, 0xbf, 0xbf])]);
  try {
    return getUtf8(buf, 1, 1 + bytes.length, mode);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function written(text: string): Buffer | undefined {
  const buf = Buffer.alloc(2 + text.length * 3, 0xee);
  const bytes = putUtf8(buf, 2, text);
  return bytes < 0 ? undefined : buf.subarray(2, 2 + bytes);
}

/** Strings of any length and script, those included that change scripts on the way. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "binary", minLength: 300, maxLength: 1500 }),
  fc.string({ unit: fc.constantFrom("a", "é", "ÿ", "Ā", "я", "漢", "\uffff", "😀", "\u{10ffff}"), maxLength: 60 }),
);

t.test("writes and reads every text as the standard does", (t) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = Buffer.from(text);
      return written(text)!.equals(bytes) && read(bytes) === text;
    }),
    { numRuns: 2000 },
  );
  t.end();
});

t.test("lengths around each change of method", (t) => {
  for (const unit of ["a", "é", "ж", "漢", "😀"]) {
    for (const length of [
      0,
      1,
      5,
      8,
      12,
      24,
      25,
      39,
      40,
      41,
      MAX_UNITS / 4,
      MAX_UNITS / 2 + 1,
      MAX_UNITS,
      MAX_UNITS + 1,
    ]) {
      const text = unit.repeat(length);
      if (!written(text)!.equals(Buffer.from(text)) || read(Buffer.from(text)) !== text) t.fail(`${unit} × ${length}`);
    }
  }
  t.end();
});

t.test("takes and refuses the same bytes as the standard, and replaces the same", (t) => {
  const nearly = fc.tuple(anyText, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([text, at, byte]) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      return read(bytes) === standard(bytes) && read(bytes, "replace") === lenient.decode(bytes);
    }),
    { numRuns: 5000 },
  );
  t.end();
});

t.test("judges every pair of bytes as the standard does, and what follows the first bytes of longer forms", (t) => {
  const wrong: string[] = [];
  const compare = (bytes: readonly number[]): void => {
    const input = Uint8Array.from(bytes);
    if (read(input) !== standard(input)) wrong.push(bytes.join(" "));
  };
  for (let a = 0; a < 256; a++) for (let b = 0; b < 256; b++) compare([a, b]);
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
  for (let a = 0xe0; a < 256; a++)
    for (const b of edges) for (const c of edges) for (const d of edges) compare([a, b, c, d]);
  t.same(wrong, []);
  t.end();
});

t.test("every prefix of a text ends between characters or is refused", (t) => {
  const bytes = Buffer.from("aé漢😀z");
  for (let end = 0; end <= bytes.length; end++) t.equal(read(bytes.subarray(0, end)), standard(bytes.subarray(0, end)));
  t.end();
});

t.test("half of a surrogate pair cannot be written, wherever it stands", (t) => {
  for (const half of ["\ud800", "\udbff", "\udc00", "\udfff"]) {
    for (const text of [half, `a${half}`, `${half}a`, `é${half}é`, `${half}${half}`, `${"x".repeat(50)}${half}`]) {
      if (isWellFormed(text)) continue;
      t.equal(written(text), undefined, JSON.stringify(text));
    }
  }
  t.end();
});
