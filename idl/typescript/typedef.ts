/** A typedef → a type, or for a struct or enum the same export under another name. */
import type { Typedef } from "../program/program.ts";
import { targetOf } from "../schema/type-use.ts";
import { printDefinitionComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";
import { typeText } from "./types.ts";

export function printTypedef(out: Printer, typedef: Typedef, file: FileScope): void {
  const use = file.scope.typedefUse(typedef);
  const target = targetOf(use);
  printDefinitionComment(out, file.scope, typedef, typedef.name);
  if (target.kind === "struct" || target.kind === "enum") return printAlias(out, typedef, target.definition, file);
  const { brand } = file.scope.settingsOf(typedef.name, typedef);
  const type = typeText(use, file);
  const branded =
    brand === undefined
      ? type
      : `${file.codegen("Brand")}<${type}, ${JSON.stringify(brand === "" ? typedef.name : brand)}>`;
  out.line(`export type ${file.reference(typedef)} = ${branded};`);
}

/** As value and type at once. */
function printAlias(
  out: Printer,
  typedef: Typedef,
  definition: Parameters<FileScope["exportName"]>[0],
  file: FileScope,
): void {
  const [from, to] = [file.exportName(definition), file.reference(typedef)];
  const names = from === to ? from : `${from} as ${to}`;
  const source =
    definition.module === typedef.module ? "" : ` from ${JSON.stringify(file.specifier(definition.module))}`;
  out.line(`export { ${names} }${source};`);
}
