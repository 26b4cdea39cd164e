/** Names of fields, arguments and exceptions: each once in its list. */
import type { Field, Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import { fieldLists, type Report } from "./rule.ts";

export function fieldNames(module: Module, report: Report): void {
  for (const { what, fields } of fieldLists(module)) {
    const seen = new Map<string, Field>();
    for (const field of fields) {
      const first = seen.get(field.name);
      if (first === undefined) seen.set(field.name, field);
      else {
        const related = [{ source: module.source, span: first.node.name.span, message: "first defined here" }];
        report("duplicate-field-name", field.node.name.span, `${what} ${quote(field.name)} is already defined`, {
          related,
        });
      }
    }
  }
}
