/** What a rule is, and how it reports. */
import type { Span } from "../ast.ts";
import type { Code, DiagnosticDetails, Diagnostics } from "../diagnostic.ts";
import type { Field, Method, Module } from "../program.ts";

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

export function* fieldLists(module: Module): Generator<FieldList> {
  for (const struct of module.structs) yield { what: "field", fields: struct.fields };
  for (const service of module.services) {
    for (const method of service.methods) {
      yield { what: "argument", fields: method.args };
      yield* throwsLists(method);
    }
  }
}

/** The throws clauses of a method, of its stream and of its sink. */
export function* throwsLists(method: Method): Generator<FieldList> {
  yield { what: "exception", fields: method.throws };
  for (const stream of [method.stream, method.sink, method.sink?.final]) {
    if (stream !== undefined) yield { what: "exception", fields: stream.throws };
  }
}
