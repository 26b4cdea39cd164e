/**
 * Characters that begin nothing in the language, and what people meant by them. Finds out and reports; what is read instead is
 * for the lexer. A character that fills a whole file, such as no-break spaces from a web page, is one finding.
 */
import type { Source } from "../source/source.ts";
import { codePoint, letterLookAlike, lookAlike } from "./look-alikes.ts";
import type { SyntaxEvents } from "./syntax-events.ts";

export interface Stray {
  readonly end: number;
  /** The character that it looks like; undefined where it looks like none. */
  readonly instead?: string;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string | undefined;
  more: number;
}

/** What these mean in other languages. */
const MEANINGS: Readonly<Record<string, string>> = {
  "?": "an optional field is written `1: optional string name`",
  "!": "a required field is written `1: required string name`",
  "|": "a union is a definition of its own: `union Name { 1: string a, 2: i32 b }`",
  "`": "strings stand in \" or '",
  "-": "names are made of letters, digits and `_`",
  "+": "values have no operators: write the result",
  $: "names are made of letters, digits and `_`",
  "/": "comments begin with `//`, `#` or `/*`",
  "%": "comments begin with `//`, `#` or `/*`",
  ".": "a name from another file is written `file.Name`",
};

/** Hyphens, letters of other alphabets, and what cannot be seen between letters. */
const ODD_REST =
  /^(?:[-\u2010-\u2015\u2212](?=[\p{L}_])|[\p{Ll}\p{Lu}\p{Lt}\p{Lo}\p{M}\p{N}_]|[\u00ad\u200b-\u200d\u2060\ufeff](?=[\p{L}_])|\.(?=\p{L}))+/u;
const ODD_NAME = new RegExp(`^(?=[\\p{Ll}\\p{Lu}\\p{Lt}\\p{Lo}])${ODD_REST.source.slice(1)}`, "u");
/** Longer ones are another mistake. */
const MAX_BYTES = 4096;

/** More say nothing new. */
const MAX_FOUND = 2000;

export class Strays {
  readonly #source: Source;
  readonly #events: SyntaxEvents;
  readonly #found = new Map<string, Found>();

  constructor(source: Source, events: SyntaxEvents) {
    this.#source = source;
    this.#events = events;
  }

  /** Reads the run of strays at `start`, which ends where `isStray` says of a byte that it is none. */
  take(start: number, isStray: (at: number) => boolean): Stray {
    const code = this.#codeAt(start);
    if (code === undefined) return this.#noText(start, isStray);
    const like = lookAlike(code);
    if (like === undefined) return this.#meaningless(start, isStray);
    const letter = String.fromCodePoint(code);
    const size = Buffer.byteLength(letter);
    let end = start + size;
    while (isBlank(like.instead) && this.#codeAt(end) === code) end += size;
    this.#note(start, end, like.name, like.instead);
    return { end, instead: like.instead };
  }

  /** The same character in the place of another one, such as at the end of a string. */
  note(start: number, code: number): void {
    const like = lookAlike(code);
    if (like !== undefined)
      this.#note(start, start + Buffer.byteLength(String.fromCodePoint(code)), like.name, like.instead);
  }

  /** Where a name that began at `start` ends if it goes on with strays from `at` on; `at` where it does not. */
  nameEnd(start: number, at: number): number {
    const text = this.#source.decode(at, Math.min(at + MAX_BYTES, this.#source.text.length));
    const found = (start === at ? ODD_NAME : ODD_REST).exec(text)?.[0] ?? "";
    return at + Buffer.byteLength(found);
  }

  /** The first character of a line that is `quote`, or looks like it and is none. */
  quoteIn(start: number, end: number, quote: string): { start: number; end: number; code: number } | undefined {
    let at = start;
    for (const letter of this.#source.decode(start, Math.min(end, start + MAX_BYTES))) {
      const code = letter.codePointAt(0) ?? 0;
      const size = Buffer.byteLength(letter);
      if (letter === quote || lookAlike(code)?.instead === quote) return { start: at, end: at + size, code };
      at += size;
    }
    return undefined;
  }

  /** A name from `start` to `end` with a hyphen or a foreign letter at `at`. Returns the name to read instead. */
  noteName(start: number, at: number, end: number): string {
    const name = this.#source.decode(start, Math.min(end, start + 200));
    const code = this.#codeAt(at) ?? 0;
    const letter = String.fromCodePoint(code);
    const like = letterLookAlike(letter);
    const kind = letter === "-" ? "hyphen" : (lookAlike(code)?.name ?? `letter ${letter} (${codePoint(code)})`);
    const looks = like === undefined ? "" : `, which is no \`${like}\``;
    const message = `the name \`${name.slice(0, 60)}\` has a ${kind}${looks}`;
    const plain = plainName(name);
    const advice = plain === undefined ? "names are made of the letters a to z, digits and `_`" : `write \`${plain}\``;
    this.#add(`name ${name}`, at, at + Buffer.byteLength(letter), message, advice);
    return plain ?? name;
  }

  /** Triple quotes. */
  noteText(start: number, end: number): void {
    this.#add("text", start, end, 'unexpected `"""`', "documentation is written `/** … */` before what it is about");
  }

  /** Reports what was found; at the end of the file, when it is known how often. */
  report(): void {
    for (const { start, end, message, hint, more } of this.#found.values()) {
      const others = more === 0 ? undefined : `${more} more in this file`;
      const text = [hint, others].filter((part) => part !== undefined).join("; ");
      this.#events.report("unexpected-character", start, end, message, text === "" ? {} : { hint: text });
    }
  }

  #note(start: number, end: number, name: string, instead: string): void {
    const hint = instead === "" ? "remove it" : instead === " " ? "write a plain space" : `write \`${instead}\``;
    // A page that has one of a kind has the others too.
    this.#add(name.split(/ `| \(/, 1)[0] ?? name, start, end, `unexpected ${name}`, hint);
  }

  #add(key: string, start: number, end: number, message: string, hint: string | undefined): void {
    const known = this.#found.get(key);
    if (known === undefined && this.#found.size >= MAX_FOUND) return;
    if (known === undefined) this.#found.set(key, { start, end, message, hint, more: 0 });
    else known.more++;
  }

  #noText(start: number, isStray: (at: number) => boolean): Stray {
    const byte = this.#source.text.charCodeAt(start).toString(16).padStart(2, "0");
    let end = start + 1;
    while (isStray(end) && this.#codeAt(end) === undefined) end++;
    this.#add("no text", start, end, `unexpected byte 0x${byte}, which is no UTF-8`, "save the file as UTF-8");
    return { end };
  }

  #meaningless(start: number, isStray: (at: number) => boolean): Stray {
    let end = start + 1;
    while (isStray(end) && !this.#isOther(end)) end++;
    if (this.#source.text.charCodeAt(start) === 0) return { end };
    const shown = this.#source.decode(start, Math.min(end, start + 16));
    const first = this.#codeAt(start) ?? 0;
    const code = first < 128 ? "" : ` (${codePoint(first)})`;
    const key = shown.startsWith("--") ? "/" : (shown[0] ?? "");
    const hint = Object.hasOwn(MEANINGS, key) ? MEANINGS[key] : undefined;
    this.#add(String(start), start, end, `unexpected ${JSON.stringify(shown)}${code}`, hint);
    return { end };
  }

  /** Whether another finding begins there. */
  #isOther(at: number): boolean {
    const byte = this.#source.text.charCodeAt(at);
    if (byte < 128 || (byte & 0xc0) === 0x80) return false;
    const code = this.#codeAt(at);
    return code === undefined || lookAlike(code) !== undefined;
  }

  /** The code point whose first byte is at `at`; undefined for bytes that are not UTF-8. */
  #codeAt(at: number): number | undefined {
    const { text } = this.#source;
    const byte = text.charCodeAt(at);
    if (byte < 128) return byte;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (Number.isNaN(byte) || !this.#source.isUtf8(at, Math.min(at + size, text.length))) return undefined;
    return this.#source.decode(at, at + size).codePointAt(0);
  }
}

function isBlank(instead: string): boolean {
  return instead === " " || instead === "";
}

/** Hyphens become underscores, letters the ones they look like or come from; undefined where that leaves no name. */
function plainName(name: string): string | undefined {
  const letters = [...name].map((letter) => {
    const like = lookAlike(letter.codePointAt(0) ?? 0)?.instead;
    if (letter === "-" || like === "-") return "_";
    return like ?? letterLookAlike(letter) ?? letter.normalize("NFD").replace(/\p{M}/gu, "");
  });
  const plain = letters.join("").replaceAll("ß", "ss");
  return /^[A-Za-z_][\w.]*$/.test(plain) ? plain : undefined;
}
