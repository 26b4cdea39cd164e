/** Fields of unions: one of them is set, so at most one default makes sense, and none is required. */
import type { Module, Struct } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

/** fbthrift has unions with a default for each field. */
export function unions(module: Module, report: Report): void {
  if (module.tree.dialect === "fbthrift") return;
  for (const struct of module.structs) if (struct.kind === "union") checkUnion(struct, module, report);
}

function checkUnion(union: Struct, module: Module, report: Report): void {
  const [first, ...others] = union.fields.filter((field) => field.node.value !== undefined);
  for (const field of others) {
    const related = [
      { source: module.source, span: first?.node.span ?? union.node.span, message: "the first default" },
    ];
    report(
      "union-defaults",
      field.node.value?.span ?? field.node.span,
      `field ${quote(field.name)} gives union ${quote(union.name)} another default`,
      { related },
    );
  }
  for (const field of union.fields) {
    if (field.need !== "required") continue;
    report("union-required", field.node.name.span, `field ${quote(field.name)} of a union cannot be required`, {
      hint: "leave `required` out: it has no effect",
    });
  }
}
