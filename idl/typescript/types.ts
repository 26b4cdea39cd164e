/** A type's use → its TypeScript. */
import { type TypeUse, targetOf } from "../schema/type-use.ts";
import type { FileScope } from "./file-scope.ts";

/** `readonly`: containers that cannot be changed through this type, at every depth. */
export function typeText(use: TypeUse, file: FileScope, readonly = false): string {
  switch (use.kind) {
    case "base":
      return use.schema.startsWith("binary") ? file.global("Buffer") : (BASE_TYPES.get(use.schema) ?? "number");
    case "list":
      return listText(typeText(use.element, file, readonly), readonly);
    case "set":
      return `${file.global(readonly ? "ReadonlySet" : "Set")}<${typeText(use.element, file, readonly)}>`;
    case "map":
      return `${file.global(readonly ? "ReadonlyMap" : "Map")}<${typeText(use.key, file, readonly)}, ${typeText(use.value, file, readonly)}>`;
    case "enum":
    case "struct":
      return file.reference(use.definition);
    case "alias":
      return isNamed(use, readonly) ? file.reference(use.definition) : typeText(use.type, file, readonly);
  }
}

/** Structs and enums reached through a typedef are called by their own name; containers that are to be readonly are written out. */
function isNamed(use: Extract<TypeUse, { kind: "alias" }>, readonly: boolean): boolean {
  const { kind } = targetOf(use);
  if (!use.own || kind === "struct" || kind === "enum") return false;
  return kind === "base" || !readonly;
}

function listText(element: string, readonly: boolean): string {
  return readonly ? `readonly ${element.startsWith("readonly ") ? `(${element})` : element}[]` : `${element}[]`;
}

const BASE_TYPES = new Map([
  ["bool", "boolean"],
  ["i64", "bigint"],
  ["i64/string", "string"],
  ["string", "string"],
  ["uuid", "string"],
]);
