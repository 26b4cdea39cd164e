/** Types and values in the words of messages: "list<i32>", "a string". */
import type { ConstValue } from "../syntax/ast.ts";
import { type Type, trueType } from "./program.ts";

/** As the IDL writes it, a typedef with what it stands for; long ones are cut. */
export function describeType(type: Type): string {
  const text = typeText(type, 4);
  if (type.kind !== "typedef") return text;
  return `${text} (${typeText(trueType(type), 4)})`;
}

/** Deeper than `depth` stands an ellipsis. */
export function typeText(type: Type, depth = 128): string {
  if (depth === 0) return "…";
  switch (type.kind) {
    case "base":
      return type.base;
    case "list":
    case "set":
      return `${type.kind}<${typeText(type.element, depth - 1)}>`;
    case "map":
      return `map<${typeText(type.key, depth - 1)}, ${typeText(type.value, depth - 1)}>`;
    case "struct":
      return type.struct.name;
    case "enum":
      return type.enum.name;
    case "typedef":
      return type.typedef.name;
    default:
      return type.name;
  }
}

const VALUE_WORDS: Readonly<Record<ConstValue["kind"], string>> = {
  int: "integer",
  double: "double",
  string: "string",
  bool: "bool",
  name: "name",
  list: "list",
  map: "map",
  struct: "struct",
};

export function describeValue(node: ConstValue): string {
  return VALUE_WORDS[node.kind];
}
