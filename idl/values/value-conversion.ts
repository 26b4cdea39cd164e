/** Values that come through a name, to the type that is wanted where they are named. */
import type { Enum, EnumMember, TrueType, Type, Value } from "../program/program.ts";
import { trueType } from "../program/program.ts";
import type { BaseTypeName } from "../syntax/ast.ts";

const signed = (bits: bigint): readonly [bigint, bigint] => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];

export const INTEGER_LIMITS: Readonly<Record<"byte" | "i8" | "i16" | "i32" | "i64", readonly [bigint, bigint]>> = {
  byte: signed(8n),
  i8: signed(8n),
  i16: signed(16n),
  i32: signed(32n),
  i64: signed(64n),
};

/** Why a value is none of the wanted type. */
export type Misfit = "type" | "range";

/** The value in the wanted type; a value that has it already comes back as it is. */
export function convertValue(value: Value, type: Type): Value | Misfit {
  const wanted = trueType(type);
  switch (wanted.kind) {
    case "base":
      return convertToBase(value, wanted.base);
    case "enum":
      return convertToEnum(value, wanted.enum);
    case "list":
    case "set":
      return convertElements(value, wanted);
    case "map":
      return convertMap(value, wanted);
    case "struct":
      return value.kind === "struct" && value.struct === wanted.struct ? value : "type";
    default:
      return "type";
  }
}

function convertToBase(value: Value, base: BaseTypeName): Value | Misfit {
  switch (base) {
    case "bool":
    case "string":
    case "uuid":
      return value.kind === base ? value : "type";
    case "binary":
      return value.kind === "string"
        ? { kind: "binary", value: Buffer.from(value.value, "utf8") }
        : value.kind === "binary"
          ? value
          : "type";
    case "double":
    case "float":
      return value.kind === "int"
        ? { kind: "double", value: Number(value.value) }
        : value.kind === "double"
          ? value
          : "type";
    default:
      return convertToInt(value, INTEGER_LIMITS[base]);
  }
}

function convertToInt(value: Value, [min, max]: readonly [bigint, bigint]): Value | Misfit {
  if (value.kind !== "int" && value.kind !== "enum") return "type";
  const number = BigInt(value.value);
  if (number < min || number > max) return "range";
  return value.kind === "int" ? value : { kind: "int", value: number };
}

function convertToEnum(value: Value, wanted: Enum): Value | Misfit {
  if (value.kind === "enum") return value.enum === wanted ? value : "type";
  if (value.kind !== "int") return "type";
  const number = Number(value.value);
  return Math.abs(number) > 2 ** 31 ? "range" : enumValue(wanted, number);
}

function convertElements(value: Value, wanted: TrueType & { kind: "list" | "set" }): Value | Misfit {
  if (value.kind !== "list" && value.kind !== "set") return "type";
  const elements = convertAll(value.elements, wanted.element);
  if (typeof elements === "string") return elements;
  return elements === value.elements && value.kind === wanted.kind ? value : { kind: wanted.kind, elements };
}

function convertMap(value: Value, wanted: TrueType & { kind: "map" }): Value | Misfit {
  if (value.kind !== "map") return "type";
  const keys = convertAll(
    value.entries.map((entry) => entry.key),
    wanted.key,
  );
  const values = convertAll(
    value.entries.map((entry) => entry.value),
    wanted.value,
  );
  if (typeof keys === "string") return keys;
  if (typeof values === "string") return values;
  const same = value.entries.every((entry, i) => entry.key === keys[i] && entry.value === values[i]);
  return same ? value : { kind: "map", entries: keys.map((key, i) => ({ key, value: values[i] as Value })) };
}

/** The very same array if nothing had to change. */
function convertAll(values: readonly Value[], type: Type): readonly Value[] | Misfit {
  const converted: Value[] = [];
  for (const value of values) {
    const result = convertValue(value, type);
    if (typeof result === "string") return result;
    converted.push(result);
  }
  return converted.every((value, i) => value === values[i]) ? values : converted;
}

const BY_NUMBER = new WeakMap<Enum, ReadonlyMap<number, EnumMember>>();

/** Where two members have the same number, the first is taken. */
export function enumValue(enumeration: Enum, value: number): Value & { kind: "enum" } {
  let members = BY_NUMBER.get(enumeration);
  if (members === undefined) {
    members = new Map([...enumeration.members].reverse().map((member) => [member.value, member]));
    BY_NUMBER.set(enumeration, members);
  }
  const member = members.get(value);
  return { kind: "enum", enum: enumeration, value, ...(member === undefined ? {} : { member }) };
}

/** A text that two equal scalars share; undefined for values that are not scalars. */
export function sameValue(value: Value): string | undefined {
  switch (value.kind) {
    case "list":
    case "set":
    case "map":
    case "struct":
      return undefined;
    case "binary":
      return `binary ${value.value.toString("hex")}`;
    default:
      return `${value.kind} ${value.value}`;
  }
}
