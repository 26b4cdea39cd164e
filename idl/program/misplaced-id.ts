/**
 * protobuf's `string name = 1`: an id where Thrift has a default. Applies to a field without an id whose default is an
 * integer; where the type has integers too, nobody can know.
 */
import { type Field, trueType } from "./program.ts";

/** The number that must be meant as the id, because no default of the field's type is an integer. */
export function misplacedId(field: Field): string | undefined {
  const { id, value } = field.node;
  if (id !== undefined || value?.kind !== "int" || value.value < 1n || value.value > 32767n) return undefined;
  const type = trueType(field.type);
  if (type.kind === "unknown" || type.kind === "enum") return undefined;
  if (type.kind !== "base") return value.text;
  return type.base === "string" ||
    type.base === "binary" ||
    type.base === "uuid" ||
    (type.base === "bool" && value.value > 1n)
    ? value.text
    : undefined;
}
