/** The lines that git leaves in a file where it could not merge. */
import type { Source } from "../source/source.ts";
import type { SyntaxEvents } from "./syntax-events.ts";

type MarkerKind = "<" | "|" | "=" | ">";

const MARKER = /(?:<{7}|\|{7}|={7}|>{7})(?![<|=>])/y;
/** Where seven types can have been opened that seven `>` would close. */
const NEARBY = 2000;

/** Reports each conflict once, and skips its markers and the side after `=======`. */
export class MergeConflicts {
  readonly #source: Source;
  readonly #events: SyntaxEvents;
  /** Between the first marker of a conflict and its last. */
  #open = false;
  /** No conflict ends any more: one search for that is enough. */
  #endless = false;

  constructor(source: Source, events: SyntaxEvents) {
    this.#source = source;
    this.#events = events;
  }

  /** Where to read on after a marker at `at`; `at` itself where there is none. */
  skip(at: number): number {
    const { text, begin } = this.#source;
    const marker = markerAt(text, at, begin);
    if (marker === undefined || (marker === "|" && !this.#open)) return at;
    const end = lineEnd(text, at);
    if (!this.#open || marker === "<") this.#report(at, end);
    this.#open = marker === "<";
    if (marker === "<" || marker === ">" || this.#endless) return end;
    const last = conflictEnd(text, end);
    this.#endless = last === undefined;
    return last ?? end;
  }

  #report(start: number, end: number): void {
    this.#events.report("merge-conflict", start, end, "git could not merge these lines", {
      hint: "keep what is right, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
    });
  }
}

/** What kind of marker begins at `at`; undefined for anything else. `begin` is where the text begins. */
function markerAt(text: string, at: number, begin: number): MarkerKind | undefined {
  const before = text.charCodeAt(at - 1);
  if (at > begin && before !== 10 && before !== 13) return undefined;
  MARKER.lastIndex = at;
  const found = MARKER.exec(text)?.[0][0] as MarkerKind | undefined;
  return found === ">" && closesTypes(text, at) ? undefined : found;
}

function closesTypes(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - NEARBY), at).replace(/^<{7}/gm, "");
  return (before.match(/</g) ?? []).length >= 7;
}

/** The place after the line that ends the conflict; undefined where there is none. */
function conflictEnd(text: string, at: number): number | undefined {
  const last = /^>{7}(?!>)[^\r\n]*/gm;
  last.lastIndex = at;
  const found = last.exec(text);
  return found === null ? undefined : found.index + found[0].length;
}

function lineEnd(text: string, at: number): number {
  const line = /[\r\n]|$/g;
  line.lastIndex = at;
  return line.exec(text)?.index ?? text.length;
}
