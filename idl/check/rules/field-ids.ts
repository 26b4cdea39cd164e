/** Ids of fields: each once, and written, and positive. */
import { misplacedId } from "../../program/misplaced-id.ts";
import type { Field, Module } from "../../program/program.ts";
import { describeType } from "../../program/type-text.ts";
import { quote } from "../../source/diagnostic.ts";
import { type FieldList, fieldLists, type Report } from "./rule.ts";

export function fieldIds(module: Module, report: Report): void {
  for (const list of fieldLists(module)) {
    const free = list.fields.reduce((highest, field) => Math.max(highest, field.id), 0) + 1;
    checkUnique(list, free, module, report);
    for (const field of list.fields) checkWritten(field, list, free, report);
  }
}

function checkUnique({ what, fields }: FieldList, free: number, module: Module, report: Report): void {
  const seen = new Map<number, Field>();
  for (const field of fields) {
    const first = seen.get(field.id);
    if (first === undefined) {
      seen.set(field.id, field);
      continue;
    }
    const related = [{ source: module.source, span: first.node.span, message: "first used here" }];
    report(
      "duplicate-field-id",
      (field.node.id ?? field.node.name).span,
      `${what === "exception" ? "throws" : what} id ${field.id} is already used by ${quote(first.name)}`,
      { hint: `the next free id is ${free}`, related },
    );
  }
}

function checkWritten(field: Field, { what }: FieldList, free: number, report: Report): void {
  const { id, name, value } = field.node;
  const misplaced = misplacedId(field);
  const shown = `${describeType(field.type)} ${name.text.slice(0, 60)}`;
  if (misplaced !== undefined && value !== undefined) {
    report(
      "value-type",
      value.span,
      `${what} ${quote(name.text)} has no id, and ${misplaced} is no default for its type`,
      {
        hint: `an id stands first: write \`${misplaced}: ${shown}\``,
      },
    );
  } else if (id === undefined) {
    const meant =
      value?.kind === "int" ? `; if ${value.text} is meant as its id, write \`${value.text}: ${shown}\`` : "";
    report("missing-field-id", name.span, `${what} ${quote(name.text)} has no id and gets ${field.id}`, {
      hint: `write one, such as \`${free}:\`${meant || "; then its place in the list does not matter"}`,
    });
  } else if (id.value <= 0n) {
    const instead =
      BigInt(field.id) === id.value ? "" : `; as Apache's compiler does, ${quote(name.text)} gets ${field.id}`;
    report(
      "nonpositive-field-id",
      id.span,
      `${id.value < 0n ? "negative field id" : "field id"} ${id.value} is not positive${instead}`,
      {
        hint: "ids are 1 to 32767",
      },
    );
  }
}
