/** An enum → a constant object of its members, and the type of their values. */
import type { Enum } from "../program/program.ts";
import { memberKeys } from "../schema/property-keys.ts";
import { propertyName } from "../schema/typescript-names.ts";
import { printDefinitionComment, printPlainComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";

export function printEnum(out: Printer, definition: Enum, file: FileScope): void {
  const name = file.reference(definition);
  const keys = memberKeys(file.scope, definition);
  printDefinitionComment(out, file.scope, definition, definition.name);
  if (definition.members.length === 0) return printEmpty(out, name);
  out.block(`export const ${name} = {`, "} as const;", () => {
    for (const member of definition.members) {
      printPlainComment(out, file.scope, member, `${definition.name}.${member.name}`);
      out.line(`${propertyName(keys.get(member) ?? member.name)}: ${member.value},`);
    }
  });
  out.line(`export type ${name} = (typeof ${name})[keyof typeof ${name}];`);
}

/** A value of it can only be a number that nobody has named yet. */
function printEmpty(out: Printer, name: string): void {
  out.line(`export const ${name} = {} as const;`);
  out.line(`export type ${name} = number;`);
}
