/**
 * Applies the lint rules to a module. What silences a rule: the project file, or the annotation `scrimp.ignore` at the thing
 * itself (`(scrimp.ignore = "type-name missing-doc")`), at the definition or service around it, or for a file
 * (`namespace scrimp.ignore type_name`, with underscores for hyphens).
 */
import type { Module, ResolvedAnnotation } from "../program/program.ts";
import type { Span } from "../syntax/ast.ts";
import { constantName, enumMemberName, fieldName, methodName, typeName } from "./lint/naming.ts";
import {
  exceptionMessage,
  fieldOrder,
  identityKey,
  implicitEnumValue,
  missingDoc,
  optionalDefault,
  requiredField,
} from "./lint/prudence.ts";
import type { LintId, LintRule } from "./lint/rule.ts";
import { unusedInclude } from "./lint/unused-include.ts";

export type { LintId, LintRule } from "./lint/rule.ts";

/** In the order of the documentation. */
export const LINT_RULES: readonly LintRule[] = [
  unusedInclude,
  identityKey,
  typeName,
  fieldName,
  methodName,
  enumMemberName,
  constantName,
  missingDoc,
  requiredField,
  fieldOrder,
  implicitEnumValue,
  exceptionMessage,
  optionalDefault,
];

export interface LintFinding {
  readonly rule: LintRule;
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

/** The findings of the rules that `wants` asks for, by place. */
export function lintModule(module: Module, wants: (rule: LintRule) => boolean): LintFinding[] {
  const findings: LintFinding[] = [];
  const silenced = new Silence(module);
  for (const rule of LINT_RULES) {
    if (!wants(rule) || silenced.inFile(rule.id)) continue;
    const add = (span: Span, message: string, hint?: string): void => {
      if (!silenced.around(rule.id, span))
        findings.push({ rule, span, message, ...(hint === undefined ? {} : { hint }) });
    };
    rule.check(
      module,
      (subject, message, hint) => {
        if (!ignores(subject.annotations, rule.id)) add(subject.node.name.span, message, hint);
      },
      (include, message, hint) => add(include.node.span, message, hint),
    );
  }
  return findings.sort((a, b) => a.span.start - b.span.start);
}

function ignores(annotations: readonly ResolvedAnnotation[], rule: LintId): boolean {
  return annotations.some((one) => one.name === "scrimp.ignore" && (one.text ?? "").split(/[\s,]+/).includes(rule));
}

/** The rules that the file, and the definitions in it, silence. */
class Silence {
  readonly #module: Module;
  /** Few if any, so that a search through them is short. */
  readonly #definitions: Module["definitions"];

  constructor(module: Module) {
    this.#module = module;
    this.#definitions = module.definitions.filter((one) =>
      one.annotations.some(({ name }) => name === "scrimp.ignore"),
    );
  }

  inFile(rule: LintId): boolean {
    return this.#module.tree.headers.some(
      (header) =>
        header.kind === "namespace" &&
        header.scope.text === "scrimp.ignore" &&
        header.name.text.replaceAll("_", "-") === rule,
    );
  }

  around(rule: LintId, span: Span): boolean {
    return this.#definitions.some(
      (one) => one.node.span.start <= span.start && span.end <= one.node.span.end && ignores(one.annotations, rule),
    );
  }
}
