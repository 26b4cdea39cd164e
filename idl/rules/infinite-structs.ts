/** Structs that hold themselves through required fields: no value of them could ever be finished. */
import { quote } from "../diagnostic.ts";
import type { Field, Module, Struct } from "../program.ts";
import { trueType } from "../program.ts";
import type { Report } from "./rule.ts";

export function infiniteStructs(module: Module, report: Report): void {
  const done = new Set<Struct>();
  for (const struct of module.structs) {
    const cycle = findCycle(struct, done);
    const field = cycle?.[0];
    if (field === undefined || cycle === undefined) continue;
    const path = cycle.map((step) => step.name).slice(0, 10).join(".");
    report("infinite-struct", field.node.name.span, `${quote(struct.name)} holds itself through required fields (${path}): it can have no value`, { hint: "make one of them optional" });
  }
}

/** The required fields that lead from the struct back to it. Depth first with a stack of its own; what leads nowhere is not searched twice. */
function findCycle(start: Struct, done: Set<Struct>): Field[] | undefined {
  if (done.has(start)) return undefined;
  const path: { readonly fields: Field[]; at: number }[] = [{ fields: requiredStructs(start), at: 0 }];
  const seen = new Set([start]);
  while (path.length > 0) {
    const top = path[path.length - 1] as { readonly fields: Field[]; at: number };
    const field = top.fields[top.at++];
    if (field === undefined) {
      path.pop();
      continue;
    }
    const next = structOf(field);
    if (next === start) return path.map((step) => step.fields[step.at - 1] as Field);
    if (next === undefined || seen.has(next) || done.has(next)) continue;
    seen.add(next);
    path.push({ fields: requiredStructs(next), at: 0 });
  }
  done.add(start);
  return undefined;
}

function requiredStructs(struct: Struct): Field[] {
  if (struct.kind === "union") return [];
  return struct.fields.filter((field) => field.need === "required" && structOf(field) !== undefined);
}

function structOf(field: Field): Struct | undefined {
  const type = trueType(field.type);
  return type.kind === "struct" ? type.struct : undefined;
}
