/** Structs that hold themselves through required fields: no value of them could ever be finished. */
import { walk } from "../../program/cycles.ts";
import type { Field, Module, Struct } from "../../program/program.ts";
import { trueType } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

/** Includes are not cyclic, so that such a cycle stays in its module. */
export function infiniteStructs(module: Module, report: Report): void {
  walk<Struct, Field>(module.structs, {
    edges: (struct) => (struct.kind === "union" ? [] : struct.fields.filter((field) => field.need === "required")),
    target: (field) => structOf(field, module),
    onCycle: ([first, ...others], struct) => {
      if (first === undefined) return;
      const path = [first, ...others]
        .slice(0, 10)
        .map((field) => field.name)
        .join(".");
      report(
        "infinite-struct",
        first.node.name.span,
        `${quote(struct.name)} holds itself through required fields (${path}): it can have no value`,
        { hint: "make one of them optional" },
      );
    },
  });
}

function structOf(field: Field, module: Module): Struct | undefined {
  const type = trueType(field.type);
  return type.kind === "struct" && type.struct.module === module ? type.struct : undefined;
}
