/** Literals of base types and enums, and how a literal is complained about. */
import type { Enum, TrueType, Type, Value } from "../program/program.ts";
import { describeType, describeValue } from "../program/type-text.ts";
import { type Code, type DiagnosticDetails, quote } from "../source/diagnostic.ts";
import type { ConstValue } from "../syntax/ast.ts";
import type { ValueContext } from "./value-context.ts";
import { enumValue, INTEGER_LIMITS } from "./value-conversion.ts";

export function complain(
  context: ValueContext,
  code: Code,
  node: ConstValue,
  message: string,
  details?: DiagnosticDetails,
): undefined {
  context.evaluator.report(context.names.module, code, node.span, message, details);
}

export function mismatch(context: ValueContext, node: ConstValue, type: Type, hint?: string): undefined {
  return complain(
    context,
    "value-type",
    node,
    `${describeValue(node)} given for ${describeType(type)}${context.within}`,
    { hint },
  );
}

/** A literal for a base type. */
export function readBase(
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
  return complain(context, "value-range", node, `${node.text} does not fit in ${base}${context.within}`, {
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

/** An integer for an enum; its members come by name. */
export function readEnum(node: ConstValue, wanted: Enum, type: Type, context: ValueContext): Value | undefined {
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
