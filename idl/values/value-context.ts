/** What reading a value needs to know about its place, and whom it asks for values defined elsewhere. */
import type { NameFinder } from "../names/name-finder.ts";
import type { Constant, Field, Module, Value } from "../program/program.ts";
import type { Code, DiagnosticDetails } from "../source/diagnostic.ts";
import type { Span } from "../syntax/ast.ts";

export interface ValueContext {
  readonly names: NameFinder;
  readonly evaluator: ValueSource;
  /** " (inside list<i32>)": follows what is wrong with a part of a value. */
  readonly within: string;
}

/** Has the values of constants and defaults, and collects what is wrong with them. */
export interface ValueSource {
  /** The value of a constant; `from` and `span` say who asks, for what is reported about cycles. */
  constant(constant: Constant, from: Module, span: Span): Value | undefined;
  /** The declared default of a field, if there is one and it is right. */
  fieldDefault(field: Field): Value | undefined;
  /** Counts a value against the limit; false: there are too many. */
  count(): boolean;
  report(module: Module, code: Code, span: Span, message: string, details?: DiagnosticDetails): void;
}
