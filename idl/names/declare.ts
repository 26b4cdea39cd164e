/**
 * Makes a module's definitions from its tree: names, doc comments, enum values and field ids. Types stay unresolved until
 * `resolver.ts`, values until `constants.ts`.
 */
import type { LoadedFile } from "../files/file-loader.ts";
import type {
  Constant,
  Definition,
  Enum,
  EnumMember,
  Include,
  Module,
  Service,
  Struct,
  Typedef,
} from "../program/program.ts";
import { type Code, type Diagnostics, quote } from "../source/diagnostic.ts";
import type { Source } from "../source/source.ts";
import type { EnumDefinition, Field as FieldNode, IntNode, Span, TopLevel } from "../syntax/ast.ts";

/** A thing while it is being made: the same, but it can be changed. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export interface ModuleDraft extends Omit<Draft<Module>, "types" | "constantsByName" | "definitions" | "includes"> {
  definitions: Definition[];
  includes: Include[];
  types: Map<string, Struct | Enum | Typedef | Service>;
  constantsByName: Map<string, Constant>;
}

export function declareModule(file: LoadedFile, diagnostics: Diagnostics): ModuleDraft {
  const { path, key, name, source, tree } = file;
  const module: ModuleDraft = {
    path,
    key,
    name,
    source,
    tree,
    includes: [],
    definitions: [],
    structs: [],
    enums: [],
    typedefs: [],
    constants: [],
    services: [],
    types: new Map(),
    constantsByName: new Map(),
  };
  for (const node of tree.definitions) declare(module, node, diagnostics);
  return module;
}

function declare(module: ModuleDraft, node: TopLevel, diagnostics: Diagnostics): void {
  const definition = toDefinition(module, node, diagnostics);
  if (definition.kind === "const") {
    if (!addUnique(module.constantsByName, definition, module.source, diagnostics)) return;
    module.constants.push(definition);
  } else {
    if (!addUnique(module.types, definition, module.source, diagnostics)) return;
    addType(module, definition);
  }
  module.definitions.push(definition);
}

function addType(module: ModuleDraft, definition: Struct | Enum | Typedef | Service): void {
  if (definition.kind === "enum") module.enums.push(definition);
  else if (definition.kind === "typedef") module.typedefs.push(definition);
  else if (definition.kind === "service" || definition.kind === "interaction") module.services.push(definition);
  else module.structs.push(definition as Struct);
}

interface Declared {
  readonly name: string;
  readonly kind: string;
  readonly node: TopLevel;
}

function addUnique<T extends Declared>(
  names: Map<string, T>,
  definition: T,
  source: Source,
  diagnostics: Diagnostics,
): boolean {
  const first = names.get(definition.name);
  if (first === undefined) {
    names.set(definition.name, definition);
    return true;
  }
  const related = [{ source, span: first.node.name.span, message: "first defined here" }];
  diagnostics.report(
    source,
    "duplicate-definition",
    definition.node.name.span,
    `${describeKind(first.kind)} ${quote(definition.name)} is already defined`,
    { related },
  );
  return false;
}

/** For messages: "constant", "struct". */
export function describeKind(kind: string): string {
  return kind === "const" ? "constant" : kind;
}

function toDefinition(module: Module, node: TopLevel, diagnostics: Diagnostics): Definition {
  const common = {
    name: node.name.text,
    module,
    annotations: [],
    ...(node.doc === undefined ? {} : { doc: node.doc }),
  };
  // Until the resolver comes every type is unknown.
  switch (node.kind) {
    case "enum":
      return { kind: "enum", ...common, node, members: readMembers(node, module.source, diagnostics) };
    case "typedef":
      return { kind: "typedef", ...common, node, type: { kind: "unknown", name: node.name.text, node: node.type } };
    case "const":
      return { kind: "const", ...common, node, type: { kind: "unknown", name: node.name.text, node: node.type } };
    case "service":
    case "interaction":
      return { kind: node.kind, ...common, node, methods: [], performs: [] };
    default:
      return { kind: node.kind, ...common, node, fields: [] };
  }
}

interface Range {
  readonly code: Code;
  readonly what: string;
  readonly min: number;
  readonly max: number;
}

const ENUM_VALUES: Range = {
  code: "enum-value-range",
  what: "i32, the type of enum values",
  min: -(2 ** 31),
  max: 2 ** 31 - 1,
};
const FIELD_IDS: Range = {
  code: "field-id-range",
  what: "i16, the type of field ids",
  min: -(2 ** 15),
  max: 2 ** 15 - 1,
};

/** Reports integers that are out of range, and brings them back into it. */
class IntReader {
  readonly #range: Range;
  readonly #source: Source;
  readonly #diagnostics: Diagnostics;

  constructor(range: Range, source: Source, diagnostics: Diagnostics) {
    this.#range = range;
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  read(node: IntNode): number {
    return this.check(Number(node.value), node.span, node.text);
  }

  check(value: number, span: Span, text: string): number {
    const { code, what, min, max } = this.#range;
    if (value >= min && value <= max) return value;
    const message = `${text.slice(0, 40)} does not fit in ${what}: the limits are ${min} and ${max}`;
    this.#diagnostics.report(this.#source, code, span, message);
    return value < min ? min : max;
  }
}

/** A member without a value is one more than the one before it; the first is 0. */
function readMembers(node: EnumDefinition, source: Source, diagnostics: Diagnostics): EnumMember[] {
  const reader = new IntReader(ENUM_VALUES, source, diagnostics);
  let next = 0;
  return node.members.map((member) => {
    const { name, doc } = member;
    const value = member.value === undefined ? reader.check(next, name.span, String(next)) : reader.read(member.value);
    next = value + 1;
    return { name: name.text, value, annotations: [], node: member, ...(doc === undefined ? {} : { doc }) };
  });
}

/**
 * Ids of the fields of one struct, argument list or throws clause. As Apache's compiler does, one that is missing or not
 * positive is replaced: −1, −2 and so on, in order; fbthrift keeps those that are written.
 */
export function assignFieldIds(nodes: readonly FieldNode[], module: Module, diagnostics: Diagnostics): number[] {
  const reader = new IntReader(FIELD_IDS, module.source, diagnostics);
  const keeps = module.tree.dialect === "fbthrift";
  let next = -1;
  return nodes.map(({ id }) => {
    const written = id === undefined ? undefined : reader.read(id);
    return written !== undefined && (written > 0 || keeps) ? written : next--;
  });
}
