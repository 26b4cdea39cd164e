/**
 * Evaluates the constants and defaults of a program: each once, in whatever order they refer to each other. How a literal
 * becomes a value of its type stands in `value-reader.ts`.
 */
import type { Draft } from "../names/declare.ts";
import type { Resolver } from "../names/resolver.ts";
import { misplacedId } from "../program/misplaced-id.ts";
import type { Constant, Field, Module, ResolvedAnnotation, Type, Value } from "../program/program.ts";
import { type Code, type DiagnosticDetails, type Diagnostics, quote } from "../source/diagnostic.ts";
import type { ConstValue, Span } from "../syntax/ast.ts";
import { readAnnotationFields } from "./struct-values.ts";
import type { ValueSource } from "./value-context.ts";
import { readValue } from "./value-reader.ts";

/** Generated code writes each value out: more of them than this would be an attack or a mistake. */
const MAX_VALUES = 1_000_000;
/** The longest chain of constants that refer to each other before their turn. */
const MAX_CHAIN = 500;

type Evaluated = { readonly value: Value | undefined; readonly size: number };

export class Evaluator implements ValueSource {
  readonly #resolvers: readonly Resolver[];
  readonly #byModule: ReadonlyMap<Module, Resolver>;
  readonly #diagnostics: Diagnostics;
  /** By constant or field; "open" while it is evaluated. */
  readonly #results = new Map<Constant | Field, Evaluated | "open">();
  /** By field that declares a default. */
  readonly #fieldModules = new Map<Field, Module>();
  /** Values made so far for the constant that is being evaluated. */
  #size = 0;
  #chain = 0;

  constructor(resolvers: readonly Resolver[], diagnostics: Diagnostics) {
    this.#resolvers = resolvers;
    this.#byModule = new Map(resolvers.map((resolver) => [resolver.module, resolver]));
    this.#diagnostics = diagnostics;
  }

  evaluateAll(): void {
    for (const { module, defaults } of this.#resolvers) {
      for (const field of defaults) this.#fieldModules.set(field, module);
    }
    for (const { module } of this.#resolvers) {
      for (const constant of module.constants) this.constant(constant, constant.module, constant.node.name.span);
    }
    for (const field of this.#fieldModules.keys()) this.fieldDefault(field);
    for (const resolver of this.#resolvers)
      for (const annotation of resolver.structured) this.#annotation(annotation, resolver);
  }

  constant(constant: Constant, from: Module, span: Span): Value | undefined {
    const value = this.#once(constant, constant.type, constant.node.value, constant.module, from, span);
    if (value !== undefined) (constant as Draft<Constant>).value = value;
    return value;
  }

  fieldDefault(field: Field): Value | undefined {
    const node = field.node.value;
    const module = this.#fieldModules.get(field);
    if (node === undefined || module === undefined) return undefined;
    // Reported where ids are checked.
    if (misplacedId(field) !== undefined) return undefined;
    const value = this.#once(field, field.type, node, module, module, node.span);
    if (value !== undefined) (field as Draft<Field>).default = value;
    return value;
  }

  count(): boolean {
    return ++this.#size <= MAX_VALUES;
  }

  report(module: Module, code: Code, span: Span, message: string, details?: DiagnosticDetails): void {
    this.#diagnostics.report(module.source, code, span, message, details);
  }

  #once(
    key: Constant | Field,
    type: Type,
    node: ConstValue,
    module: Module,
    from: Module,
    span: Span,
  ): Value | undefined {
    const known = this.#results.get(key);
    if (known === "open" || (known === undefined && this.#chain > MAX_CHAIN)) {
      const what =
        known === "open"
          ? `the value of ${quote(key.name)} needs itself`
          : `more than ${MAX_CHAIN} constants need each other`;
      this.report(from, "constant-cycle", span, what, {
        related: [{ source: module.source, span: key.node.name.span, message: "defined here" }],
      });
      return undefined;
    }
    const result = known ?? this.#evaluate(key, type, node, module);
    this.#size += result.size;
    return result.value;
  }

  #evaluate(key: Constant | Field, type: Type, node: ConstValue, module: Module): Evaluated {
    const outer = this.#size;
    this.#results.set(key, "open");
    this.#size = 0;
    this.#chain++;
    const value = readValue(node, type, {
      names: (this.#byModule.get(module) as Resolver).names,
      evaluator: this,
      within: "",
    });
    this.#chain--;
    const result = this.#size > MAX_VALUES ? this.#tooLarge(key, module) : { value, size: this.#size };
    this.#size = outer;
    this.#results.set(key, result);
    return result;
  }

  #tooLarge(key: Constant | Field, module: Module): Evaluated {
    this.report(
      module,
      "constant-too-large",
      key.node.name.span,
      `the value of ${quote(key.name)} has more than ${MAX_VALUES} parts`,
    );
    return { value: undefined, size: 0 };
  }

  #annotation(annotation: ResolvedAnnotation, resolver: Resolver): void {
    this.#size = 0;
    const fields = readAnnotationFields(annotation, { names: resolver.names, evaluator: this, within: "" }, readValue);
    (annotation as Draft<ResolvedAnnotation>).fields = [...fields];
  }
}
