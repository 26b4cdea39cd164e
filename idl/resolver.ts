/**
 * Gives every name in a module its meaning: types of fields, arguments and results, parents of services, includes that were
 * found. What a value is stands in `constants.ts`, what is wrong though it has a meaning in `rules/`.
 */
import type { Annotation, Field as FieldNode, MethodDefinition, Name, Span, StreamType, TypeNode } from "./ast.ts";
import { assignFieldIds, type Draft, describeKind, type ModuleDraft } from "./declare.ts";
import { type DiagnosticDetails, type Diagnostics, quote, type Related } from "./diagnostic.ts";
import type {
  Constant,
  Definition,
  Enum,
  Field,
  Include,
  Method,
  Module,
  ResolvedAnnotation,
  Service,
  Stream,
  Struct,
  Type,
  Typedef,
} from "./program.ts";
import { lookUp, namesInScope, type Outcome } from "./scope.ts";
import { didYouMean } from "./suggest.ts";

type Named = Struct | Enum | Typedef | Service;
const types = (module: Module): ReadonlyMap<string, Named> => module.types;

export class Resolver {
  readonly module: ModuleDraft;
  /** Fields that declare a default, and structured annotations: what is left to evaluate. */
  readonly defaults: Field[] = [];
  readonly structured: ResolvedAnnotation[] = [];
  readonly #diagnostics: Diagnostics;
  /** Includes that were not found, and where one of their names is first used. */
  readonly #missing = new Map<Include, Span>();

  constructor(module: ModuleDraft, diagnostics: Diagnostics) {
    this.module = module;
    this.#diagnostics = diagnostics;
  }

  /** Typedefs first: the others are read through them. */
  resolveTypedefs(): void {
    for (const typedef of this.module.typedefs) (typedef as Draft<Typedef>).type = this.#type(typedef.node.type);
  }

  resolveDefinitions(): void {
    for (const definition of this.module.definitions) this.#resolve(definition);
  }

  /** The type that a name in a value or annotation means, or undefined; a missing include is remembered and not reported here. */
  findType(name: string, span: Span): Named | undefined {
    const outcome = lookUp(this.module, name, types);
    if (outcome.kind === "missing-include") this.noteMissing(outcome.include, span);
    return outcome.kind === "found" ? outcome.value : undefined;
  }

  noteMissing(include: Include, span: Span): void {
    if (!this.#missing.has(include)) this.#missing.set(include, span);
  }

  #resolve(definition: Definition): void {
    (definition as Draft<Definition>).annotations = this.#annotations(definition.node.annotations);
    switch (definition.kind) {
      case "typedef":
        return;
      case "const":
        (definition as Draft<Constant>).type = this.#type(definition.node.type);
        return;
      case "enum":
        for (const member of definition.members)
          (member as Draft<typeof member>).annotations = this.#annotations(member.node.annotations);
        return;
      case "service":
      case "interaction":
        this.#service(definition as Draft<Service>);
        return;
      default:
        (definition as Draft<Struct>).fields = this.#fields(definition.node.fields);
    }
  }

  #service(service: Draft<Service>): void {
    const { node } = service;
    if (node.extends !== undefined) {
      const parent = this.#serviceNamed(node.extends, node.kind);
      if (parent !== undefined) service.extends = parent;
    }
    service.performs = node.performs.flatMap((name) => this.#serviceNamed(name, "interaction") ?? []);
    service.methods = node.methods.map((method) => this.#method(method));
  }

  #method(node: MethodDefinition): Method {
    const method: Draft<Method> = {
      name: node.name.text,
      oneway: node.oneway,
      idempotent:
        node.qualifiers.length > 0 || node.annotations.some((a) => a.name.text === "idempotent" && !isFalse(a)),
      args: this.#fields(node.args),
      throws: this.#fields(node.throws),
      annotations: this.#annotations(node.annotations),
      node,
      ...(node.doc === undefined ? {} : { doc: node.doc }),
    };
    this.#result(method, node);
    return method;
  }

  /** A plain result that is an interaction is no value: the call creates it. */
  #result(method: Draft<Method>, node: MethodDefinition): void {
    if (node.creates !== undefined) {
      const created = this.#serviceNamed(node.creates, "interaction");
      if (created !== undefined) method.creates = created;
    }
    if (node.returns !== undefined) this.#returns(method, node.returns);
    if (node.stream !== undefined) method.stream = this.#stream(node.stream);
    if (node.sink === undefined) return;
    const { final } = node.sink;
    method.sink = { ...this.#stream(node.sink), ...(final === undefined ? {} : { final: this.#stream(final) }) };
  }

  #returns(method: Draft<Method>, node: TypeNode): void {
    const found = node.kind === "name" ? this.findType(node.text, node.nameSpan) : undefined;
    if (found?.kind === "interaction" && method.node.creates === undefined) method.creates = found;
    else method.returns = this.#type(node);
  }

  #stream(node: StreamType): Stream {
    return { type: this.#type(node.type), throws: this.#fields(node.throws) };
  }

  #fields(nodes: readonly FieldNode[]): Field[] {
    const ids = assignFieldIds(nodes, this.module, this.#diagnostics);
    return nodes.map((node, i) => this.#field(node, ids[i] as number));
  }

  #field(node: FieldNode, id: number): Field {
    const annotations = this.#annotations(node.annotations);
    const field: Draft<Field> = { name: node.name.text, id, type: this.#type(node.type), annotations, node };
    if (node.requiredness !== undefined) field.need = node.requiredness;
    if (node.doc !== undefined) field.doc = node.doc;
    if (node.value !== undefined) this.defaults.push(field);
    return field;
  }

  #annotations(nodes: readonly Annotation[]): ResolvedAnnotation[] {
    return nodes.length === 0 ? [] : nodes.map((node) => this.#annotation(node));
  }

  #annotation(node: Annotation): ResolvedAnnotation {
    const { name, value } = node;
    const annotation: Draft<ResolvedAnnotation> = { name: name.text, node };
    if (node.structured) {
      const struct = this.#annotationStruct(name);
      if (struct !== undefined) annotation.struct = struct;
      this.structured.push(annotation as ResolvedAnnotation);
    } else if (value !== undefined) annotation.text = annotationText(value);
    return annotation as ResolvedAnnotation;
  }

  #annotationStruct(name: Name): Struct | undefined {
    const found = this.findType(name.text, name.span);
    if (found !== undefined && "fields" in found) return found;
    if (found?.kind === "typedef") return undefined;
    if (lookUp(this.module, name.text, types).kind === "missing-include") return undefined;
    this.#report("unknown-annotation", name.span, `no struct ${quote(name.text)} for this annotation`, () =>
      didYouMean(name.text, namesInScope(this.module, types)),
    );
    return undefined;
  }

  #type(node: TypeNode): Type {
    switch (node.kind) {
      case "base":
        return this.#base(node);
      case "name":
        return this.#namedType(node);
      case "map":
        return { kind: "map", key: this.#type(node.key), value: this.#type(node.value), node };
      default:
        return { kind: node.kind, element: this.#type(node.element), node };
    }
  }

  /** `float` and `uuid` are younger than some files that declare a type of that name. */
  #base(node: TypeNode & { kind: "base" }): Type {
    const own = node.base === "float" || node.base === "uuid" ? this.module.types.get(node.base) : undefined;
    return own === undefined || isService(own) ? { kind: "base", base: node.base, node } : toType(own, node);
  }

  #namedType(node: TypeNode & { kind: "name" }): Type {
    const outcome = lookUp(this.module, node.text, types);
    if (outcome.kind === "found" && !isService(outcome.value)) return toType(outcome.value, node);
    if (outcome.kind === "found")
      this.#report(
        "service-type",
        node.nameSpan,
        `${describeKind(outcome.value.kind)} ${quote(node.text)} is no type of a value`,
      );
    else this.#reportUnknown(node, outcome);
    return { kind: "unknown", name: node.text, node };
  }

  #reportUnknown(node: TypeNode & { kind: "name" }, outcome: Outcome<Named>): void {
    if (outcome.kind === "missing-include") {
      this.noteMissing(outcome.include, node.nameSpan);
      return;
    }
    if (outcome.kind === "unknown-scope") {
      this.reportUnknownScope(outcome.scope, node.text, node.nameSpan);
      return;
    }
    const constant = lookUp(this.module, node.text, (module) => module.constantsByName);
    const hint = (): string | undefined => didYouMean(node.text, [...namesInScope(this.module, types), ...BASE_TYPES]);
    if (constant.kind === "found")
      this.#report("not-a-type", node.nameSpan, `${quote(node.text)} is a constant, not a type`, hint);
    else this.#report("unknown-type", node.nameSpan, `unknown type ${quote(node.text)}`, hint);
  }

  reportUnknownScope(scope: string, name: string, span: Span): void {
    const hint = (): string => {
      const aliases = this.module.includes.map((include) => include.alias);
      return (
        didYouMean(scope, aliases) ??
        didYouMean(name, namesInScope(this.module, types)) ??
        `write \`include "${scope.slice(0, 60)}.thrift"\` at the top`
      );
    };
    this.#report("unknown-scope", span, `no include named ${quote(scope)}`, hint);
  }

  #serviceNamed(name: Name, kind: "service" | "interaction"): Service | undefined {
    const outcome = lookUp(this.module, name.text, types);
    if (outcome.kind === "found") return this.#asService(outcome.value, name, kind);
    if (outcome.kind === "missing-include") this.noteMissing(outcome.include, name.span);
    else if (outcome.kind === "unknown-scope") this.reportUnknownScope(outcome.scope, name.text, name.span);
    else
      this.#report("unknown-service", name.span, `unknown ${kind} ${quote(name.text)}`, () =>
        didYouMean(name.text, this.#serviceNames()),
      );
    return undefined;
  }

  #asService(found: Named, name: Name, kind: "service" | "interaction"): Service | undefined {
    if (found.kind === kind) return found;
    const code = kind === "service" ? "not-a-service" : "not-an-interaction";
    const related = [{ source: found.module.source, span: found.node.name.span, message: "defined here" }];
    this.#report(
      code,
      name.span,
      `${quote(name.text)} is a ${describeKind(found.kind)}, not ${kind === "service" ? "a service" : "an interaction"}`,
      () => didYouMean(name.text, this.#serviceNames()),
      related,
    );
    return undefined;
  }

  #serviceNames(): string[] {
    const services = (module: Module): Map<string, Service> =>
      new Map(module.services.map((service) => [service.name, service]));
    return [...namesInScope(this.module, services)];
  }

  /** After everything that uses names: a missing include matters only if one of its names is used. */
  reportMissingIncludes(): void {
    for (const include of this.module.includes) {
      if (include.module !== undefined) continue;
      const { node } = include;
      const used = this.#missing.get(include);
      if (used === undefined) {
        this.#report(
          "unused-missing-include",
          node.pathSpan,
          `cannot find ${quote(node.path)}; none of its names is used here`,
          "remove the include, or pass its directory with -I",
        );
      } else {
        const related = [{ source: this.module.source, span: used, message: "used here" }];
        this.#report(
          "include-not-found",
          node.pathSpan,
          `cannot find ${quote(node.path)}`,
          "pass the directory that it is in with -I",
          related,
        );
      }
    }
  }

  #report(
    code: Parameters<Diagnostics["report"]>[1],
    span: Span,
    message: string,
    hint?: DiagnosticDetails["hint"],
    related: readonly Related[] = [],
  ): void {
    this.#diagnostics.report(this.module.source, code, span, message, { hint, related });
  }
}

const BASE_TYPES = [
  "bool",
  "byte",
  "i8",
  "i16",
  "i32",
  "i64",
  "float",
  "double",
  "string",
  "binary",
  "uuid",
  "list",
  "set",
  "map",
];

function isService(named: Named): named is Service {
  return named.kind === "service" || named.kind === "interaction";
}

function toType(named: Exclude<Named, Service>, node: TypeNode): Type {
  if (named.kind === "typedef") return { kind: "typedef", typedef: named, node };
  if (named.kind === "enum") return { kind: "enum", enum: named, node };
  return { kind: "struct", struct: named, node };
}

function isFalse(annotation: Annotation): boolean {
  return annotation.value !== undefined && /^(0|false)$/.test(annotationText(annotation.value));
}

function annotationText(value: NonNullable<Annotation["value"]>): string {
  switch (value.kind) {
    case "string":
    case "bool":
      return String(value.value);
    case "int":
    case "double":
    case "name":
      return value.text;
    default:
      return "";
  }
}
