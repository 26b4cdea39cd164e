/** Two includes under one name: the first that has a definition wins, which is hardly what was meant. */
import type { Include, Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

export function includeNames(module: Module, report: Report): void {
  const seen = new Map<string, Include>();
  for (const include of module.includes) {
    const first = seen.get(include.alias);
    if (first === undefined) {
      seen.set(include.alias, include);
      continue;
    }
    const related = [{ source: module.source, span: first.node.pathSpan, message: "the first one" }];
    const message =
      first.module === include.module
        ? `${quote(include.node.path)} is included twice`
        : `another include has the name ${quote(include.alias)}`;
    report("duplicate-include", include.node.pathSpan, message, { related });
  }
}
