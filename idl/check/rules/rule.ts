/** What a rule is, and how it reports. */
import type { Field, Method, Module } from "../../program/program.ts";
import type { Code, DiagnosticDetails, Diagnostics } from "../../source/diagnostic.ts";
import type { Span } from "../../syntax/ast.ts";

/** Looks at one module and reports what is wrong with it. */
export type Rule = (module: Module, report: Report) => void;

/** Reports at a place in the module that the rule looks at. */
export type Report = (code: Code, span: Span, message: string, details?: DiagnosticDetails) => void;

export function reportIn(module: Module, diagnostics: Diagnostics): Report {
  return (code, span, message, details) => diagnostics.report(module.source, code, span, message, details);
}

/** Fields that share one space of ids and names, and what they are: for messages. */
export interface FieldList {
  readonly what: "field" | "argument" | "exception";
  readonly fields: readonly Field[];
}

/** Those of a module that are not empty. */
export function fieldLists(module: Module): FieldList[] {
  const lists: FieldList[] = [];
  for (const { fields } of module.structs) if (fields.length > 0) lists.push({ what: "field", fields });
  for (const service of module.services) {
    for (const method of service.methods) {
      if (method.args.length > 0) lists.push({ what: "argument", fields: method.args });
      for (const fields of throwsLists(method)) lists.push({ what: "exception", fields });
    }
  }
  return lists;
}

/** The throws clauses of a method, of its stream and of its sink; those that are not empty. */
export function throwsLists({ throws, stream, sink }: Method): (readonly Field[])[] {
  const lists = [throws];
  if (stream !== undefined) lists.push(stream.throws);
  if (sink !== undefined) lists.push(sink.throws);
  if (sink?.final !== undefined) lists.push(sink.final.throws);
  return lists.filter((fields) => fields.length > 0);
}
