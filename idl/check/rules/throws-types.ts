/** What a throws clause names must be an exception. */
import type { Field, Module } from "../../program/program.ts";
import { trueType } from "../../program/program.ts";
import { describeType } from "../../program/type-text.ts";
import { type Report, throwsLists } from "./rule.ts";

export function throwsTypes(module: Module, report: Report): void {
  for (const service of module.services) {
    for (const method of service.methods) {
      for (const fields of throwsLists(method)) for (const field of fields) checkException(field, report);
    }
  }
}

function checkException(field: Field, report: Report): void {
  const type = trueType(field.type);
  if (type.kind === "unknown" || (type.kind === "struct" && type.struct.kind === "exception")) return;
  const related =
    type.kind === "struct"
      ? [
          {
            source: type.struct.module.source,
            span: type.struct.node.name.span,
            message: `defined here as a ${type.struct.kind}`,
          },
        ]
      : [];
  report("throws-type", field.node.type.span, `throws needs an exception, ${describeType(field.type)} is none`, {
    related,
  });
}
