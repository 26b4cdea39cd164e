/** Finds typedefs that refer to each other and cuts them, so that everyone else may follow a typedef to its end. */
import type { Draft } from "./declare.ts";
import { type Diagnostics, quote } from "./diagnostic.ts";
import type { Module, Type, Typedef } from "./program.ts";

/** After this `trueType` ends for every type, also through the elements of containers. */
export function cutTypedefCycles(modules: readonly Module[], diagnostics: Diagnostics): void {
  const done = new Set<Typedef>();
  for (const module of modules) for (const typedef of module.typedefs) follow(typedef, done, diagnostics);
}

/** Depth first with a stack of its own: a chain of typedefs may be long. */
function follow(first: Typedef, done: Set<Typedef>, diagnostics: Diagnostics): void {
  const stack: { typedef: Typedef; waiting: Typedef[] }[] = [];
  const open = new Set<Typedef>();
  const enter = (typedef: Typedef): void => {
    open.add(typedef);
    stack.push({ typedef, waiting: directTypedefs(typedef.type) });
  };
  if (!done.has(first)) enter(first);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.waiting.pop();
    if (next === undefined) {
      done.add(top.typedef);
      open.delete(top.typedef);
      stack.pop();
    } else if (open.has(next)) cut(stack.map((step) => step.typedef).slice(stack.findIndex((step) => step.typedef === next)), diagnostics);
    else if (!done.has(next)) enter(next);
  }
}

function cut(cycle: readonly Typedef[], diagnostics: Diagnostics): void {
  const [first, ...others] = cycle;
  if (first === undefined) return;
  const related = others.slice(0, 10).map((typedef) => ({ source: typedef.module.source, span: typedef.node.type.span, message: `${quote(typedef.name)} refers on` }));
  const message = others.length === 0 ? `typedef ${quote(first.name)} refers to itself` : `typedefs refer to each other: ${cycle.slice(0, 5).map((typedef) => quote(typedef.name)).join(", ")}`;
  diagnostics.report(first.module.source, "typedef-cycle", first.node.type.span, message, { related });
  for (const typedef of cycle) (typedef as Draft<Typedef>).type = { kind: "unknown", name: typedef.name, node: typedef.node.type };
}

function directTypedefs(type: Type): Typedef[] {
  switch (type.kind) {
    case "typedef":
      return [type.typedef];
    case "list":
    case "set":
      return directTypedefs(type.element);
    case "map":
      return [...directTypedefs(type.key), ...directTypedefs(type.value)];
    default:
      return [];
  }
}
