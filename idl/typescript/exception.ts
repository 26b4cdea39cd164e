/** An exception → a class that extends Error, with the live type as its static `type`. */
import type { Struct } from "../program/program.ts";
import { memberName } from "../schema/typescript-names.ts";
import { printDefinitionComment, printFieldComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";
import { type Property, propertiesOf } from "./struct.ts";

export function printException(out: Printer, exception: Struct, file: FileScope): void {
  const name = file.reference(exception);
  const properties = propertiesOf(exception, file);
  printDefinitionComment(out, file.scope, exception, exception.name);
  out.block(`export class ${name} extends ${file.codegen("ThriftException")} {`, "}", () => {
    const type = `${file.codegen("StructType")}<${name}>`;
    out.line(`static readonly type: ${type} = $module.exception(${JSON.stringify(exception.name)}, ${name});`);
    for (const property of properties) printProperty(out, property, exception, file);
    out.block(
      `constructor(fields: ${fieldsType(name, properties, file)}${properties.every((p) => p.absent) ? " = {}" : ""}) {`,
      "}",
      () => {
        out.line("super(fields);");
      },
    );
  });
}

/** An Error always has a message: where the field is optional, "" is an unset one. */
function printProperty(
  out: Printer,
  { key, field, readonly, absent, type }: Property,
  exception: Struct,
  file: FileScope,
): void {
  const unset = absent && key !== "message";
  printFieldComment(out, file.scope, field, `${exception.name}.${field.name}`);
  out.line(
    `declare ${readonly ? "readonly " : ""}${memberName(key)}${unset ? "?" : ""}: ${type}${unset ? " | undefined" : ""};`,
  );
}

/** Its own fields, also those that are an Error's. */
function fieldsType(name: string, properties: readonly Property[], file: FileScope): string {
  const shared = properties.filter(({ key, absent }) => ERROR_FIELDS.has(key) && !(key === "message" && absent));
  const own = shared.map(({ key }) => JSON.stringify(key)).join(" | ");
  const fields = `${file.codegen("ExceptionFields")}<${name}${own === "" ? "" : `, ${own}`}>`;
  const message = properties.find(({ key, absent }) => key === "message" && absent);
  return message === undefined ? fields : `${fields} & { message?: ${message.type} | undefined }`;
}

const ERROR_FIELDS = new Set(["message", "name", "cause"]);
