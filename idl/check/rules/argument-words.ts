/** Words that mean something in structs and nothing in argument lists. */
import type { Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

export function argumentWords(module: Module, report: Report): void {
  for (const service of module.services) {
    for (const { node, args } of service.methods) {
      for (const { node: arg } of args) {
        if (arg.requiredness === "optional")
          report(
            "argument-requiredness",
            arg.span,
            `\`optional\` on argument ${quote(arg.name.text)} of ${quote(node.name.text)} is not portable`,
            { hint: "other implementations ignore it" },
          );
        if (arg.reference)
          report("argument-reference", arg.span, `\`&\` on argument ${quote(arg.name.text)} has no meaning`);
      }
    }
  }
}
