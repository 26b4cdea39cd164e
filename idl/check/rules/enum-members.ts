/** Members of enums: each name once; a number twice makes two names for one value. */
import type { Enum, EnumMember, Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

export function enumMembers(module: Module, report: Report): void {
  for (const enumeration of module.enums) checkEnum(enumeration, module, report);
}

function checkEnum(enumeration: Enum, module: Module, report: Report): void {
  const names = new Map<string, EnumMember>();
  const values = new Map<number, EnumMember>();
  for (const member of enumeration.members) {
    const twin = names.get(member.name);
    const alias = values.get(member.value);
    if (twin !== undefined) {
      report("duplicate-member", member.node.name.span, `member ${quote(member.name)} is already defined`, {
        related: [place(twin, module)],
      });
    } else if (alias !== undefined) {
      report(
        "duplicate-value",
        member.node.name.span,
        `two members with value ${member.value}: ${quote(alias.name)} and ${quote(member.name)}`,
        { related: [place(alias, module)] },
      );
    }
    if (twin === undefined) names.set(member.name, member);
    if (alias === undefined) values.set(member.value, member);
  }
}

function place(
  member: EnumMember,
  module: Module,
): { source: Module["source"]; span: { start: number; end: number }; message: string } {
  return { source: module.source, span: member.node.name.span, message: "first defined here" };
}
