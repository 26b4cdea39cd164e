/**
 * Names of later definitions where Apache's compiler wants them before: throws clauses, parents, the types of constants and of
 * fields with defaults. Real files have them, so they are a warning; values that name later constants are found in
 * `value-reader.ts`.
 */
import { describeKind } from "../../names/declare.ts";
import type { Definition, Method, Module, Type } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Span } from "../../syntax/ast.ts";
import { type Report, throwsLists } from "./rule.ts";

export function forwardReferences(module: Module, report: Report): void {
  if (module.tree.dialect === "fbthrift") return;
  for (const constant of module.constants) checkType(constant.type, constant.node.span, module, report);
  for (const struct of module.structs) {
    for (const field of struct.fields)
      if (field.node.value !== undefined) checkType(field.type, field.node.span, module, report);
  }
  for (const service of module.services) {
    const parent = service.node.extends;
    if (service.extends !== undefined && service.extends !== service && parent !== undefined)
      check(service.extends, parent.span, module, report);
    for (const method of service.methods) checkThrows(method, module, report);
  }
}

function checkThrows(method: Method, module: Module, report: Report): void {
  for (const fields of throwsLists(method))
    for (const field of fields) checkType(field.type, field.node.span, module, report);
}

/** Also inside containers; not through typedefs: those may refer forward. */
function checkType(type: Type, from: Span, module: Module, report: Report): void {
  switch (type.kind) {
    case "list":
    case "set":
      checkType(type.element, from, module, report);
      return;
    case "map":
      checkType(type.key, from, module, report);
      checkType(type.value, from, module, report);
      return;
    case "struct":
      check(type.struct, type.node.span, module, report);
      return;
    case "enum":
      check(type.enum, type.node.span, module, report);
      return;
    case "typedef":
      check(type.typedef, type.node.span, module, report);
  }
}

function check(definition: Definition, span: Span, module: Module, report: Report): void {
  if (definition.module !== module || definition.node.span.start <= span.start) return;
  const related = [{ source: module.source, span: definition.node.name.span, message: "defined here" }];
  report("forward-reference", span, `${describeKind(definition.kind)} ${quote(definition.name)} is defined later`, {
    hint: "Apache's compiler wants it before: move it up",
    related,
  });
}
