/**
 * Finds typedefs that refer to each other, or grow beyond measure, and cuts them, so that everyone else may follow a typedef to its
 * end, and soon.
 */
import { walk } from "../program/cycles.ts";
import type { Module, Type, Typedef } from "../program/program.ts";
import { type Diagnostics, quote } from "../source/diagnostic.ts";
import type { Draft } from "./declare.ts";
import { TypedefMeasures } from "./typedef-measures.ts";

/** After this `trueType` ends for every type, also through the elements of containers. */
export function cutTypedefCycles(modules: readonly Module[], diagnostics: Diagnostics): void {
  const measures = new TypedefMeasures();
  walk<Typedef, Typedef>(
    modules.flatMap((module) => module.typedefs),
    {
      edges: (typedef) => directTypedefs(typedef.type),
      target: (typedef) => typedef,
      onCycle: (path, typedef) => cut(path, typedef, diagnostics),
      onLeave: (typedef) => limit(typedef, measures, diagnostics),
    },
  );
}

function limit(typedef: Typedef, measures: TypedefMeasures, diagnostics: Diagnostics): void {
  const problem = measures.problemOf(typedef);
  if (problem === undefined) return;
  diagnostics.report(typedef.module.source, problem.code, typedef.node.type.span, problem.message);
  makeUnknown(typedef);
  measures.forget(typedef);
}

function cut(path: readonly Typedef[], first: Typedef, diagnostics: Diagnostics): void {
  const others = path.filter((typedef) => typedef !== first);
  const related = others.slice(0, 10).map((typedef) => ({
    source: typedef.module.source,
    span: typedef.node.type.span,
    message: `${quote(typedef.name)} refers on`,
  }));
  const names = [first, ...others]
    .slice(0, 5)
    .map((typedef) => quote(typedef.name))
    .join(", ");
  const message =
    others.length === 0 ? `typedef ${quote(first.name)} refers to itself` : `typedefs refer to each other: ${names}`;
  diagnostics.report(first.module.source, "typedef-cycle", first.node.type.span, message, { related });
  for (const typedef of path) makeUnknown(typedef);
}

function makeUnknown(typedef: Typedef): void {
  (typedef as Draft<Typedef>).type = { kind: "unknown", name: typedef.name, node: typedef.node.type };
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
