/** Puts files so that what one includes comes before it, and reports the cycles that make it impossible. */
import { walk } from "../program/cycles.ts";
import { type Diagnostics, quote } from "../source/diagnostic.ts";
import type { LoadedFile, LoadedInclude } from "./file-loader.ts";

export function orderByIncludes(roots: readonly LoadedFile[], diagnostics: Diagnostics): LoadedFile[] {
  const ordered: LoadedFile[] = [];
  walk<LoadedFile, LoadedInclude>(roots, {
    edges: (file) => file.includes,
    target: (include) => include.file,
    onCycle: (path, file) => reportCycle(path, file, diagnostics),
    onLeave: (file) => ordered.push(file),
  });
  return ordered;
}

/** At the include that leads from the file back to itself; the others are related. */
function reportCycle(path: readonly LoadedInclude[], file: LoadedFile, diagnostics: Diagnostics): void {
  const [first, ...others] = path;
  if (first === undefined) return;
  const related = others.slice(0, 10).map(({ node }, i) => {
    const source = path[i]?.file?.source ?? file.source;
    return { source, span: node.pathSpan, message: `which includes ${quote(node.path)}` };
  });
  const from = others.length === 0 ? undefined : path.at(-2)?.file;
  const message =
    from === undefined
      ? "cyclic include: this file includes itself"
      : `cyclic include: this file is included again from ${quote(from.path)}`;
  diagnostics.report(file.source, "cyclic-include", first.node.pathSpan, message, { related });
}
