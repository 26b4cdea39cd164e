/**
 * Circles among imports, of any length: whether a value or only a type is imported makes no difference. Knows neither layers nor
 * the file system; `check-imports.ts` does.
 */

/** The files that each file imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * For each import that is part of a circle, the shortest circle that it is part of, so that no import can hide behind another.
 * A circle is a path of files that begins with its alphabetically first file and ends with the same one.
 */
export function importCircles(graph: ImportGraph): string[] {
  const circles = new Set<string>();
  for (const [file, targets] of graph) {
    for (const target of targets) {
      const back = shortestPath(graph, target, file);
      if (back !== undefined) circles.add(circleText(back));
    }
  }
  return [...circles].sort();
}

/** From `start` to `end`, both included. */
function shortestPath(graph: ImportGraph, start: string, end: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === end) return pathTo(file, cameFrom);
    for (const next of graph.get(file) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let file: string | undefined = end; file !== undefined; file = cameFrom.get(file)) path.unshift(file);
  return path;
}

/** One text for a circle, wherever it was entered. */
function circleText(files: readonly string[]): string {
  const first = [...files].sort()[0]!;
  const at = files.indexOf(first);
  return [...files.slice(at), ...files.slice(0, at), first].join(" → ");
}
