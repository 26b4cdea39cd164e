/** A literal and the type it must have, to a value of that type; says exactly which part is wrong. */
import type { Constant, Enum, TrueType, Type, Value } from "../program/program.ts";
import { trueType } from "../program/program.ts";
import { describeType } from "../program/type-text.ts";
import { quote } from "../source/diagnostic.ts";
import type { ConstValue } from "../syntax/ast.ts";
import { findReference, type Reference } from "./references.ts";
import { complain, mismatch, readBase, readEnum } from "./scalar-values.ts";
import { readStruct } from "./struct-values.ts";
import type { ValueContext } from "./value-context.ts";
import { convertValue, enumValue, type Misfit, sameValue } from "./value-conversion.ts";

type MapNode = ConstValue & { kind: "map" };

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
      return readStruct(node, wanted.struct, type, context, readValue);
  }
}

function readReference(
  node: ConstValue & { kind: "name" },
  wanted: TrueType,
  type: Type,
  context: ValueContext,
): Value | undefined {
  const reference = findReference(node, wanted, context);
  if (reference === undefined) return undefined;
  warnForward(node, reference.kind === "constant" ? reference.constant : reference.enum, context);
  if (reference.kind === "constant") refuseStruct(node, reference.constant, wanted, context);
  const value = valueOf(reference, node, context);
  const converted = value === undefined ? undefined : convertValue(value, type);
  return typeof converted === "string" ? complainMisfit(node, converted, reference, type, context) : converted;
}

function valueOf(reference: Reference, node: ConstValue, { evaluator, names }: ValueContext): Value | undefined {
  if (reference.kind === "member") return enumValue(reference.enum, reference.member.value);
  return evaluator.constant(reference.constant, names.module, node.span);
}

function complainMisfit(
  node: ConstValue & { kind: "name" },
  misfit: Misfit,
  reference: Reference,
  type: Type,
  context: ValueContext,
): undefined {
  const { module, node: definition } = reference.kind === "constant" ? reference.constant : reference.enum;
  const related = [{ source: module.source, span: definition.name.span, message: "defined here" }];
  const message = `${quote(node.text)} is no value for ${describeType(type)}${context.within}`;
  return complain(context, misfit === "range" ? "value-range" : "value-type", node, message, { related });
}

function warnForward(node: ConstValue, definition: Constant | Enum, context: ValueContext): void {
  const { module } = context.names;
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

/** Apache's compiler refuses this too; constants of every other type may be named. */
function refuseStruct(node: ConstValue, constant: Constant, wanted: TrueType, context: ValueContext): void {
  if (wanted.kind !== "struct" || context.names.module.tree.dialect === "fbthrift") return;
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
  const inside = { ...context, within: ` (inside ${describeType(type)})` };
  const elements = node.elements.map((element) => readValue(element, wanted.element, inside));
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
  return readMapEntries(node, wanted, { ...context, within: ` (inside ${describeType(type)})` });
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
      const related = [{ source: context.names.module.source, span: first.span, message: "first given here" }];
      complain(context, "duplicate-key", node, `this ${what} stands here twice`, { related });
    } else if (key !== undefined) seen.set(key, node);
  });
}
