/** A comment at its new place. Its words stay; only the indent of its lines may change. */

/** `column`: where its first line begins, in spaces. */
export function reindent(text: string, column: number): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  const starred = lines.slice(1).every((line) => line.trimStart().startsWith("*"));
  if (!starred) return lines.join("\n");
  const margin = " ".repeat(column + 1);
  return lines.map((line, i) => (i === 0 ? line : margin + line.trimStart())).join("\n");
}
