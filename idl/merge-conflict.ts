/** The lines that git leaves in a file where it could not merge. */

export type MarkerKind = "<" | "|" | "=" | ">";

const MARKER = /(?:<{7}|\|{7}|={7}|>{7})(?![<|=>])/y;
/** Where seven types can have been opened that seven `>` would close. */
const NEARBY = 2000;

/** What kind of marker begins at `at`; undefined for anything else. `begin` is where the text begins. */
export function markerAt(text: string, at: number, begin: number): MarkerKind | undefined {
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

/** The place behind the marker that ends the conflict, or behind the line at `at` where there is none. */
export function conflictEnd(text: string, at: number): number {
  const last = /^>{7}(?!>)[^\r\n]*/gm;
  last.lastIndex = at;
  const found = last.exec(text);
  return found === null ? lineEnd(text, at) : found.index + found[0].length;
}

export function lineEnd(text: string, at: number): number {
  const line = /[\r\n]|$/g;
  line.lastIndex = at;
  return line.exec(text)?.index ?? text.length;
}
