/**
 * Types named by a word that other languages reserve. Our generator makes JavaScript's own words safe, so those pass; nobody
 * makes the others safe, and Apache's releases up to 0.17 refuse them. `from` and `except` would be among them, but Apache's
 * own tests have structs of these names.
 */
import type { Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

const RESERVED: ReadonlySet<string> = new Set(
  `BEGIN END __CLASS__ __DIR__ __FILE__ __FUNCTION__ __LINE__ __METHOD__ __NAMESPACE__ alias and args as assert begin clone declare
  def del dynamic elif elseif elsif end enddeclare endfor endforeach endif endswitch endwhile ensure exec foreach
  global goto inline is lambda module native next nil not or pass print raise redo register rescue retry self sizeof synchronized
  then transient undef unless unsigned until use virtual volatile when xor`.split(/\s+/),
);

export function reservedNames(module: Module, report: Report): void {
  if (module.tree.dialect === "fbthrift") return;
  for (const definition of module.definitions) {
    if (definition.kind === "const" || !RESERVED.has(definition.name)) continue;
    report(
      "reserved-name",
      definition.node.name.span,
      `${quote(definition.name)} is a reserved word in other languages: a ${definition.kind} of that name cannot be used there`,
      { hint: "choose another name" },
    );
  }
}
