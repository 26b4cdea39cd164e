/** What a lint rule is: a matter of style or prudence that no compiler insists on. Rules see one module of a resolved program. */
import type {
  Definition,
  EnumMember,
  Field,
  Include,
  Method,
  Module,
  ResolvedAnnotation,
} from "../../program/program.ts";
import type { Name, Node } from "../../syntax/ast.ts";

/** A thing that a rule may find fault with, and where its name stands. */
export interface Subject {
  readonly name: string;
  readonly annotations: readonly ResolvedAnnotation[];
  readonly node: Node & { readonly name: Name };
}

/** Takes a finding; `within` are the definitions around the subject, whose annotations may silence the rule too. */
export type ReportFinding = (subject: Subject, message: string, hint?: string) => void;

export interface LintRule {
  readonly id: LintId;
  /** One line for `docs/lint.md` and `--help`. */
  readonly summary: string;
  /** Whether `scrimp check` applies it unasked; the others want `--lint`, or a word in the project file. */
  readonly standard: boolean;
  check(module: Module, report: ReportFinding, reportInclude: ReportInclude): void;
}

export type ReportInclude = (include: Include, message: string, hint?: string) => void;

export type LintId =
  | "unused-include"
  | "identity-key"
  | "type-name"
  | "field-name"
  | "method-name"
  | "enum-member-name"
  | "constant-name"
  | "missing-doc"
  | "required-field"
  | "field-order"
  | "implicit-enum-value"
  | "exception-message"
  | "optional-default";

/** Fields of a definition: of a struct, or arguments and exceptions of its methods. */
export function fieldsOf(definition: Definition): readonly Field[] {
  if ("fields" in definition) return definition.fields;
  return "methods" in definition ? definition.methods.flatMap((method) => [...method.args, ...method.throws]) : [];
}

export function methodsOf(module: Module): readonly Method[] {
  return module.services.flatMap((service) => service.methods);
}

export function membersOf(module: Module): readonly EnumMember[] {
  return module.enums.flatMap((one) => one.members);
}
