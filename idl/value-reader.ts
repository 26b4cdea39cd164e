/** A literal and the type it must have, to a value of that type; says exactly which part is wrong. */
import type { ConstValue } from "./ast.ts";
import type { ValueContext } from "./constants.ts";
import { type Code, type DiagnosticDetails, quote } from "./diagnostic.ts";
import type { Constant, Enum, Field, ResolvedAnnotation, Struct, TrueType, Type, Value } from "./program.ts";
import { trueType } from "./program.ts";
import { findReference } from "./references.ts";
import { didYouMean } from "./suggest.ts";
import { describeType, describeValue } from "./type-text.ts";
import { convertValue, enumValue, INTEGER_LIMITS, sameValue } from "./value-conversion.ts";

type MapNode = ConstValue & { kind: "map" };
type StructNode = ConstValue & { kind: "map" | "struct" };

/** Undefined: what is wrong has been reported. */
export function readValue(node: ConstValue, type: Type, context: ValueContext): Value | undefined {
  const wanted = trueType(type);
  if (wanted.kind === "unknown" || !context.evaluator.count()) return undefined;
  if (node.kind === "name") return readReference(node, wanted, type, context);
  switch (wanted.kind) {
    case "base":
      return readBase(node, wanted, type, context);
    case "enum":
      return readEnum(node, wanted.enum, type, context);
    case "list":
    case "set":
      return readElements(node, wanted, type, context);
    case "map":
      return readMap(node, wanted, type, context);
    default:
      return readStruct(node, wanted.struct, type, context);
  }
}

function complain(
  context: ValueContext,
  code: Code,
  node: ConstValue,
  message: string,
  details?: DiagnosticDetails,
): undefined {
  context.evaluator.report(context.resolver.module, code, node.span, message, details);
}

function mismatch(context: ValueContext, node: ConstValue, type: Type, hint?: string): undefined {
  return complain(context, "value-type", node, `${describeValue(node)} given for ${describeType(type)}`, { hint });
}

function readReference(
  node: ConstValue & { kind: "name" },
  wanted: TrueType,
  type: Type,
  context: ValueContext,
): Value | undefined {
  const { evaluator, resolver } = context;
  const reference = findReference(node, wanted, context);
  if (reference === undefined) return undefined;
  warnForward(node, reference.kind === "constant" ? reference.constant : reference.enum, context);
  if (reference.kind === "constant") refuseStruct(node, reference.constant, wanted, context);
  const value =
    reference.kind === "member"
      ? enumValue(reference.enum, reference.member.value)
      : evaluator.constant(reference.constant, resolver.module, node.span);
  if (value === undefined) return undefined;
  const converted = convertValue(value, type);
  if (typeof converted !== "string") return converted;
  const related =
    reference.kind === "member"
      ? []
      : [
          {
            source: reference.constant.module.source,
            span: reference.constant.node.name.span,
            message: "defined here",
          },
        ];
  return complain(
    context,
    converted === "range" ? "value-range" : "value-type",
    node,
    `${quote(node.text)} is no value for ${describeType(type)}`,
    { related },
  );
}

function warnForward(node: ConstValue, definition: Constant | Enum, context: ValueContext): void {
  const { module } = context.resolver;
  if (
    definition.module !== module ||
    definition.node.span.start < node.span.start ||
    module.tree.dialect === "fbthrift"
  )
    return;
  const related = [{ source: module.source, span: definition.node.name.span, message: "defined here" }];
  complain(
    context,
    "forward-reference",
    node,
    `${definition.kind === "enum" ? "enum" : "constant"} ${quote(definition.name)} is defined later`,
    { hint: "Apache's compiler wants it before: move it up", related },
  );
}

/** As Apache's compiler does: constants of every other type may be named. */
function refuseStruct(node: ConstValue, constant: Constant, wanted: TrueType, context: ValueContext): void {
  if (wanted.kind !== "struct" || context.resolver.module.tree.dialect === "fbthrift") return;
  complain(
    context,
    "struct-reference",
    node,
    `a value of ${quote(wanted.struct.name)} cannot be given by the name of a constant`,
    {
      hint: "Apache's compiler rejects it: write the fields out",
      related: [{ source: constant.module.source, span: constant.node.name.span, message: "defined here" }],
    },
  );
}

function readBase(
  node: ConstValue,
  wanted: TrueType & { kind: "base" },
  type: Type,
  context: ValueContext,
): Value | undefined {
  switch (wanted.base) {
    case "bool":
      return readBool(node, type, context);
    case "string":
      return node.kind === "string" ? readString(node, context) : mismatch(context, node, type);
    case "binary":
      return node.kind === "string"
        ? { kind: "binary", value: node.bytes ?? Buffer.from(node.value, "utf8") }
        : mismatch(context, node, type);
    case "uuid":
      return readUuid(node, type, context);
    case "double":
    case "float":
      return readDouble(node, type, context);
    default:
      return readInt(node, wanted.base, type, context);
  }
}

function readString(node: ConstValue & { kind: "string" }, context: ValueContext): Value | undefined {
  if (node.bytes !== undefined)
    return complain(context, "invalid-utf8", node, "string is not valid UTF-8: its escapes make other bytes", {
      hint: "declare it as binary",
    });
  return { kind: "string", value: node.value };
}

function readBool(node: ConstValue, type: Type, context: ValueContext): Value | undefined {
  if (node.kind === "bool") return { kind: "bool", value: node.value };
  if (node.kind !== "int") return mismatch(context, node, type, "a bool is true or false");
  if (node.value !== 0n && node.value !== 1n)
    return complain(context, "bool-number", node, `${node.text} given for a bool`, {
      hint: "a bool is true or false (or 1 or 0)",
    });
  return { kind: "bool", value: node.value === 1n };
}

function readInt(
  node: ConstValue,
  base: keyof typeof INTEGER_LIMITS,
  type: Type,
  context: ValueContext,
): Value | undefined {
  if (node.kind === "bool") {
    complain(context, "bool-for-integer", node, `${node.value} given for ${describeType(type)}`, {
      hint: `write ${node.value ? 1 : 0}`,
    });
    return { kind: "int", value: node.value ? 1n : 0n };
  }
  if (node.kind !== "int") return mismatch(context, node, type);
  const [min, max] = INTEGER_LIMITS[base];
  if (node.value >= min && node.value <= max) return { kind: "int", value: node.value };
  return complain(context, "value-range", node, `${node.text} does not fit in ${base}`, {
    hint: `the limits are ${min} and ${max}`,
  });
}

function readDouble(node: ConstValue, type: Type, context: ValueContext): Value | undefined {
  if (node.kind === "double") return { kind: "double", value: node.value };
  if (node.kind !== "int") return mismatch(context, node, type);
  const value = Number(node.value);
  if (BigInt(value) !== node.value)
    complain(context, "inexact-value", node, `${node.text} becomes ${value} as a double`);
  return { kind: "double", value };
}

const UUID = /^\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?$/;

function readUuid(node: ConstValue, type: Type, context: ValueContext): Value | undefined {
  if (node.kind !== "string") return mismatch(context, node, type);
  const text = UUID.exec(node.value)?.[1];
  const braces = node.value.startsWith("{") === node.value.endsWith("}");
  if (text !== undefined && braces) return { kind: "uuid", value: text.toLowerCase() };
  return complain(context, "malformed-uuid", node, `${quote(node.value)} is not a UUID`, {
    hint: 'a UUID is written "01234567-89ab-cdef-0123-456789abcdef"',
  });
}

function readEnum(node: ConstValue, wanted: Enum, type: Type, context: ValueContext): Value | undefined {
  if (node.kind !== "int")
    return mismatch(context, node, type, `write \`${wanted.name}.${wanted.members[0]?.name ?? "MEMBER"}\``);
  const number = Number(node.value);
  const value = enumValue(wanted, number);
  if (number < -(2 ** 31) || number > 2 ** 31 - 1)
    return complain(context, "value-range", node, `${node.text} does not fit in an enum's 32 bits`);
  if (value.member === undefined)
    complain(context, "enum-number", node, `${node.text} is no member of ${quote(wanted.name)}`);
  return value;
}

function readElements(
  node: ConstValue,
  wanted: TrueType & { kind: "list" | "set" },
  type: Type,
  context: ValueContext,
): Value | undefined {
  const empty = node.kind === "map" && node.entries.length === 0;
  if (empty && wanted.kind === "list")
    complain(context, "empty-literal", node, "`{}` given for a list", { hint: "write []" });
  if (empty) return { kind: wanted.kind, elements: [] };
  if (node.kind !== "list") return mismatch(context, node, type);
  const elements = node.elements.map((element) => readValue(element, wanted.element, context));
  if (!isComplete(elements)) return undefined;
  if (wanted.kind === "set") warnDuplicates(elements, node.elements, "value", context);
  return { kind: wanted.kind, elements };
}

function isComplete(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return !values.includes(undefined);
}

function readMap(
  node: ConstValue,
  wanted: TrueType & { kind: "map" },
  type: Type,
  context: ValueContext,
): Value | undefined {
  const empty = node.kind === "list" && node.elements.length === 0;
  if (empty) complain(context, "empty-literal", node, "`[]` given for a map", { hint: "write {}" });
  if (empty) return { kind: "map", entries: [] };
  if (node.kind !== "map") return mismatch(context, node, type);
  return readMapEntries(node, wanted, context);
}

function readMapEntries(node: MapNode, wanted: TrueType & { kind: "map" }, context: ValueContext): Value | undefined {
  const keys = node.entries.map((entry) => readValue(entry.key, wanted.key, context));
  const values = node.entries.map((entry) => readValue(entry.value, wanted.value, context));
  if (!isComplete(keys) || !isComplete(values)) return undefined;
  warnDuplicates(
    keys,
    node.entries.map((entry) => entry.key),
    "key",
    context,
  );
  return { kind: "map", entries: keys.map((key: Value, i: number) => ({ key, value: values[i] as Value })) };
}

/** Only of scalars: comparing containers with each other would take the square of their size. */
function warnDuplicates(
  values: readonly Value[],
  nodes: readonly ConstValue[],
  what: "key" | "value",
  context: ValueContext,
): void {
  const seen = new Map<string, ConstValue>();
  values.forEach((value, i) => {
    const key = sameValue(value);
    const node = nodes[i] as ConstValue;
    const first = key === undefined ? undefined : seen.get(key);
    if (first !== undefined) {
      const related = [{ source: context.resolver.module.source, span: first.span, message: "first given here" }];
      complain(context, "duplicate-key", node, `this ${what} stands here twice`, { related });
    } else if (key !== undefined) seen.set(key, node);
  });
}

function readStruct(node: ConstValue, wanted: Struct, type: Type, context: ValueContext): Value | undefined {
  if (node.kind !== "map" && node.kind !== "struct") return mismatch(context, node, type, `write \`{"field": value}\``);
  if (node.kind === "struct") {
    const named = context.resolver.findType(node.name.text, node.name.span);
    const found = named?.kind === "typedef" ? trueType(named.type) : undefined;
    const struct = found?.kind === "struct" ? found.struct : named;
    if (struct !== wanted)
      return complain(context, "value-type", node, `a ${quote(node.name.text)} given for ${describeType(type)}`);
  }
  const set = readFields(node, wanted, context);
  if (set === undefined) return undefined;
  if (wanted.kind === "union") checkUnion(node, wanted, set, context);
  else warnRequired(node, wanted, set, context);
  return { kind: "struct", struct: wanted, fields: withDefaults(wanted, set, context) };
}

/** The fields that a literal sets; undefined if one of them is wrong. */
function readFields(node: StructNode, wanted: Struct, context: ValueContext): Map<Field, Value> | undefined {
  const set = new Map<Field, Value>();
  let wrong = false;
  for (const entry of node.entries) {
    const field = readFieldKey(entry.key, wanted, context);
    const value = field === undefined ? undefined : readValue(entry.value, field.type, context);
    if (field === undefined || value === undefined) wrong = true;
    else if (set.has(field)) complain(context, "duplicate-key", entry.key, `field ${quote(field.name)} is set twice`);
    else set.set(field, value);
  }
  return wrong ? undefined : set;
}

function readFieldKey(node: ConstValue, wanted: Struct, context: ValueContext): Field | undefined {
  const bare = node.kind === "name" && context.resolver.module.tree.dialect === "fbthrift";
  const key = bare ? { kind: "string" as const, value: node.text, span: node.span, quote: '"' as const } : node;
  if (key.kind !== "string")
    return complain(
      context,
      "value-type",
      key,
      `${describeValue(key)} given for the name of a field of ${quote(wanted.name)}`,
      { hint: "names of fields stand in quotes" },
    );
  const field = wanted.fields.find((f) => f.name === key.value);
  if (field !== undefined) return field;
  const hint = (): string | undefined =>
    didYouMean(
      key.value,
      wanted.fields.map((f) => f.name),
    );
  const related = [{ source: wanted.module.source, span: wanted.node.name.span, message: "defined here" }];
  return complain(
    context,
    "unknown-field",
    key,
    `${wanted.kind} ${quote(wanted.name)} has no field ${quote(key.value)}`,
    { hint, related },
  );
}

function checkUnion(node: ConstValue, wanted: Struct, set: ReadonlyMap<Field, Value>, context: ValueContext): void {
  if (set.size === 0)
    complain(context, "empty-union", node, `a value of union ${quote(wanted.name)} that sets none of its fields`);
  if (set.size > 1)
    complain(
      context,
      "union-constant",
      node,
      `a value of union ${quote(wanted.name)} sets exactly one field, not ${set.size}`,
    );
}

/** Apache's compiler lets it pass, and real files have it. */
function warnRequired(node: ConstValue, wanted: Struct, set: ReadonlyMap<Field, Value>, context: ValueContext): void {
  for (const field of wanted.fields) {
    if (field.need !== "required" || field.node.value !== undefined || set.has(field)) continue;
    const related = [{ source: wanted.module.source, span: field.node.name.span, message: "declared here" }];
    complain(
      context,
      "missing-required",
      node,
      `required field ${quote(field.name)} of ${quote(wanted.name)} is not set`,
      { related },
    );
  }
}

function withDefaults(
  wanted: Struct,
  set: ReadonlyMap<Field, Value>,
  context: ValueContext,
): { field: Field; value: Value }[] {
  return wanted.fields.flatMap((field) => {
    const value = set.get(field) ?? (wanted.kind === "union" ? undefined : context.evaluator.fieldDefault(field));
    return value === undefined ? [] : [{ field, value }];
  });
}

/** What a structured annotation sets, without defaults; nothing where its struct is unknown. */
export function readAnnotationFields(
  annotation: ResolvedAnnotation,
  context: ValueContext,
): readonly { name: string; value: Value }[] {
  const { struct, node } = annotation;
  if (struct === undefined || node.value?.kind !== "struct") return [];
  const set = readFields(node.value, struct, context);
  return [...(set ?? [])].map(([field, value]) => ({ name: field.name, value }));
}
