/** Types as they are written, to types with their names resolved. */
import type { Service, Type } from "../program/program.ts";
import type { TypeNode } from "../syntax/ast.ts";
import { isService, type Named, type NameFinder } from "./name-finder.ts";

/** A name that means no type has been reported when this returns, and is a type of kind "unknown". */
export function resolveType(node: TypeNode, names: NameFinder): Type {
  switch (node.kind) {
    case "base":
      return resolveBase(node, names);
    case "name": {
      const found = names.valueType(node.text, node.nameSpan);
      return found === undefined ? { kind: "unknown", name: node.text, node } : toType(found, node);
    }
    case "map":
      return { kind: "map", key: resolveType(node.key, names), value: resolveType(node.value, names), node };
    default:
      return { kind: node.kind, element: resolveType(node.element, names), node };
  }
}

/** `float` and `uuid` are younger than some files that declare a type of that name. */
function resolveBase(node: TypeNode & { kind: "base" }, names: NameFinder): Type {
  const own = node.base === "float" || node.base === "uuid" ? names.module.types.get(node.base) : undefined;
  return own === undefined || isService(own) ? { kind: "base", base: node.base, node } : toType(own, node);
}

function toType(named: Exclude<Named, Service>, node: TypeNode): Type {
  if (named.kind === "typedef") return { kind: "typedef", typedef: named, node };
  if (named.kind === "enum") return { kind: "enum", enum: named, node };
  return { kind: "struct", struct: named, node };
}
