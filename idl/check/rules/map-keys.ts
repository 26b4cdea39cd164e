/** Keys of maps that not every protocol and language can hold. */
import type { Module, Type } from "../../program/program.ts";
import { trueType } from "../../program/program.ts";
import { describeType } from "../../program/type-text.ts";
import { fieldLists, type Report } from "./rule.ts";

export function mapKeys(module: Module, report: Report): void {
  for (const type of writtenTypes(module)) check(type, report);
}

function* writtenTypes(module: Module): Generator<Type> {
  for (const { fields } of fieldLists(module)) for (const field of fields) yield field.type;
  for (const typedef of module.typedefs) yield typedef.type;
  for (const constant of module.constants) yield constant.type;
  for (const service of module.services)
    for (const { returns } of service.methods) if (returns !== undefined) yield returns;
}

function check(type: Type, report: Report): void {
  if (type.kind === "list" || type.kind === "set") check(type.element, report);
  if (type.kind !== "map") return;
  const key = trueType(type.key);
  const refused = key.kind === "list" || key.kind === "set" || key.kind === "map" || key.kind === "struct";
  if (refused)
    report(
      "map-key-type",
      type.key.node.span,
      `${describeType(type.key)} as the key of a map: the JSON protocol cannot write it, and not every language can look it up`,
    );
  check(type.key, report);
  check(type.value, report);
}
