/** Puts files so that what one includes comes before it, and reports the cycles that make it impossible. */
import { type Diagnostics, quote, type Related } from "./diagnostic.ts";
import type { LoadedFile, LoadedInclude } from "./loader.ts";

interface Step {
  readonly file: LoadedFile;
  next: number;
}

/** Depth first with a stack of its own: a chain of includes may be long. */
export function orderByIncludes(roots: readonly LoadedFile[], diagnostics: Diagnostics): LoadedFile[] {
  const done = new Set<LoadedFile>();
  const open = new Map<LoadedFile, number>();
  const ordered: LoadedFile[] = [];
  for (const root of roots) {
    const stack: Step[] = [];
    enter(root);
    for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
      const include = step.file.includes[step.next++];
      if (include === undefined) leave(step.file);
      else if (include.file !== undefined) visit(include.file);
    }
    function enter(file: LoadedFile): void {
      if (done.has(file)) return;
      open.set(file, stack.length);
      stack.push({ file, next: 0 });
    }
    function leave(file: LoadedFile): void {
      stack.pop();
      open.delete(file);
      done.add(file);
      ordered.push(file);
    }
    function visit(file: LoadedFile): void {
      const at = open.get(file);
      if (at === undefined) enter(file);
      else reportCycle(stack.slice(at), diagnostics);
    }
  }
  return ordered;
}

/** At the include that leads from the file back to itself; the others are related. */
function reportCycle(cycle: readonly Step[], diagnostics: Diagnostics): void {
  const [first, ...others] = cycle;
  if (first === undefined) return;
  const related: Related[] = others.map((step) => {
    const include = taken(step);
    return { source: step.file.source, span: include.node.pathSpan, message: `which includes ${quote(include.node.path)}` };
  });
  const last = cycle.at(-1) ?? first;
  const from = cycle.length === 1 ? "itself" : `${quote(last.file.path)}`;
  const message = cycle.length === 1 ? "cyclic include: this file includes itself" : `cyclic include: this file is included again from ${from}`;
  diagnostics.report(first.file.source, "cyclic-include", taken(first).node.pathSpan, message, { related: related.slice(0, 10) });
}

function taken(step: Step): LoadedInclude {
  return step.file.includes[step.next - 1] as LoadedInclude;
}
