/** Literals of structs, unions and exceptions: which fields they set, which they should have set. Values of fields are read by whoever reads values. */
import type { Field, ResolvedAnnotation, Struct, Type, Value } from "../program/program.ts";
import { trueType } from "../program/program.ts";
import { describeType, describeValue } from "../program/type-text.ts";
import { quote } from "../source/diagnostic.ts";
import { didYouMean } from "../source/suggest.ts";
import type { ConstValue } from "../syntax/ast.ts";
import { complain, mismatch } from "./scalar-values.ts";
import type { ValueContext } from "./value-context.ts";

type StructNode = ConstValue & { kind: "map" | "struct" };
type ReadValue = (node: ConstValue, type: Type, context: ValueContext) => Value | undefined;

/** A literal for a struct, union or exception, its defaults filled in. */
export function readStruct(
  node: ConstValue,
  wanted: Struct,
  type: Type,
  context: ValueContext,
  read: ReadValue,
): Value | undefined {
  if (node.kind !== "map" && node.kind !== "struct") return mismatch(context, node, type, `write \`{"field": value}\``);
  if (node.kind === "struct") {
    const named = context.names.findType(node.name.text, node.name.span);
    const found = named?.kind === "typedef" ? trueType(named.type) : undefined;
    const struct = found?.kind === "struct" ? found.struct : named;
    if (struct !== wanted)
      return complain(context, "value-type", node, `a ${quote(node.name.text)} given for ${describeType(type)}`);
  }
  const set = readFields(node, wanted, context, read);
  if (set === undefined) return undefined;
  if (wanted.kind === "union") checkUnion(node, wanted, set, context);
  else warnRequired(node, wanted, set, context);
  return { kind: "struct", struct: wanted, fields: withDefaults(wanted, set, context) };
}

/** The fields that a literal sets; undefined if one of them is wrong. */
function readFields(
  node: StructNode,
  wanted: Struct,
  context: ValueContext,
  read: ReadValue,
): Map<Field, Value> | undefined {
  const set = new Map<Field, Value>();
  let wrong = false;
  for (const entry of node.entries) {
    const field = readFieldKey(entry.key, wanted, context);
    const value =
      field === undefined
        ? undefined
        : read(entry.value, field.type, {
            ...context,
            within: ` (field ${quote(field.name)} of ${quote(wanted.name)})`,
          });
    if (field === undefined || value === undefined) wrong = true;
    else if (set.has(field)) complain(context, "duplicate-key", entry.key, `field ${quote(field.name)} is set twice`);
    else set.set(field, value);
  }
  return wrong ? undefined : set;
}

function readFieldKey(node: ConstValue, wanted: Struct, context: ValueContext): Field | undefined {
  const bare = node.kind === "name" && context.names.module.tree.dialect === "fbthrift";
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
  read: ReadValue,
): readonly { name: string; value: Value }[] {
  const { struct, node } = annotation;
  if (struct === undefined || node.value?.kind !== "struct") return [];
  const set = readFields(node.value, struct, context, read);
  return [...(set ?? [])].map(([field, value]) => ({ name: field.name, value }));
}
