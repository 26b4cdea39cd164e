/** A union → a union of one object type for each field, told apart by `kind`, and the live type of the same name. */
import type { Struct } from "../program/program.ts";
import { printDefinitionComment, printFieldComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";
import { propertiesOf } from "./struct.ts";

export function printUnion(out: Printer, union: Struct, file: FileScope): void {
  const name = file.reference(union);
  printDefinitionComment(out, file.scope, union, union.name);
  out.line(`export type ${name} =`);
  out.indented(() => printArms(out, union, file));
  out.line(
    `export const ${name}: ${file.codegen("StructType")}<${name}> = $module.struct(${JSON.stringify(union.name)});`,
  );
}

function printArms(out: Printer, union: Struct, file: FileScope): void {
  for (const { key, field, readonly, type } of propertiesOf(union, file)) {
    const mark = readonly ? "readonly " : "";
    printFieldComment(out, file.scope, field, `${union.name}.${field.name}`);
    out.line(`| { ${mark}kind: ${JSON.stringify(key)}; ${mark}value: ${type} }`);
  }
  out.line("/** None of the fields above, such as one that a newer peer knows. */");
  out.line("| { kind: undefined; value?: undefined };");
}
