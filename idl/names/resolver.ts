/**
 * Gives every name in a module its meaning: types of fields, arguments and results, parents of services, includes that were
 * found. `constants.ts` has the values; `check/rules/` finds what is wrong although it has a meaning.
 */
import type {
  Constant,
  Definition,
  Field,
  Method,
  ResolvedAnnotation,
  Service,
  Stream,
  Struct,
  Typedef,
} from "../program/program.ts";
import type { Diagnostics } from "../source/diagnostic.ts";
import { annotationText } from "../syntax/annotation-text.ts";
import type { Annotation, Field as FieldNode, MethodDefinition, StreamType, TypeNode } from "../syntax/ast.ts";
import { assignFieldIds, type Draft, type ModuleDraft } from "./declare.ts";
import { NameFinder } from "./name-finder.ts";
import { resolveType } from "./type-resolver.ts";

export class Resolver {
  readonly module: ModuleDraft;
  readonly names: NameFinder;
  /** Fields that declare a default, and structured annotations: what is left to evaluate. */
  readonly defaults: Field[] = [];
  readonly structured: ResolvedAnnotation[] = [];
  readonly #diagnostics: Diagnostics;

  constructor(module: ModuleDraft, diagnostics: Diagnostics) {
    this.module = module;
    this.names = new NameFinder(module, diagnostics);
    this.#diagnostics = diagnostics;
  }

  /** Typedefs first: the others are read through them. */
  resolveTypedefs(): void {
    for (const typedef of this.module.typedefs)
      (typedef as Draft<Typedef>).type = resolveType(typedef.node.type, this.names);
  }

  resolveDefinitions(): void {
    for (const definition of this.module.definitions) this.#resolve(definition);
  }

  #resolve(definition: Definition): void {
    (definition as Draft<Definition>).annotations = this.#annotations(definition.node.annotations);
    switch (definition.kind) {
      case "typedef":
        return;
      case "const":
        (definition as Draft<Constant>).type = resolveType(definition.node.type, this.names);
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
      const parent = this.names.service(node.extends, node.kind);
      if (parent !== undefined) service.extends = parent;
    }
    service.performs = node.performs.flatMap((name) => this.names.service(name, "interaction") ?? []);
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
      const created = this.names.service(node.creates, "interaction");
      if (created !== undefined) method.creates = created;
    }
    if (node.returns !== undefined) this.#returns(method, node.returns);
    if (node.stream !== undefined) method.stream = this.#stream(node.stream);
    if (node.sink === undefined) return;
    const { final } = node.sink;
    method.sink = { ...this.#stream(node.sink), ...(final === undefined ? {} : { final: this.#stream(final) }) };
  }

  #returns(method: Draft<Method>, node: TypeNode): void {
    const found = node.kind === "name" ? this.names.findType(node.text, node.nameSpan) : undefined;
    if (found?.kind === "interaction" && method.node.creates === undefined) method.creates = found;
    else method.returns = resolveType(node, this.names);
  }

  #stream(node: StreamType): Stream {
    return { type: resolveType(node.type, this.names), throws: this.#fields(node.throws) };
  }

  #fields(nodes: readonly FieldNode[]): Field[] {
    const ids = assignFieldIds(nodes, this.module, this.#diagnostics);
    return nodes.map((node, i) => this.#field(node, ids[i] as number));
  }

  #field(node: FieldNode, id: number): Field {
    const annotations = this.#annotations(node.annotations);
    const field: Draft<Field> = {
      name: node.name.text,
      id,
      type: resolveType(node.type, this.names),
      annotations,
      node,
    };
    if (node.requiredness !== undefined) field.need = node.requiredness;
    if (node.doc !== undefined) field.doc = node.doc;
    if (node.value !== undefined) this.defaults.push(field);
    return field;
  }

  #annotations(nodes: readonly Annotation[]): ResolvedAnnotation[] {
    return nodes.length === 0 ? NO_ANNOTATIONS : nodes.map((node) => this.#annotation(node));
  }

  #annotation(node: Annotation): ResolvedAnnotation {
    const { name } = node;
    const annotation: Draft<ResolvedAnnotation> = { name: name.text, node };
    if (node.structured) {
      const struct = this.names.annotationStruct(name);
      if (struct !== undefined) annotation.struct = struct;
      this.structured.push(annotation as ResolvedAnnotation);
    } else if (node.value !== undefined) annotation.text = annotationText(node);
    return annotation as ResolvedAnnotation;
  }
}

/** Most things have none: they need no list each. Nothing is ever added to it. */
const NO_ANNOTATIONS: ResolvedAnnotation[] = [];

function isFalse(annotation: Annotation): boolean {
  return annotation.value !== undefined && /^(0|false)$/.test(annotationText(annotation));
}
