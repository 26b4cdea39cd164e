/** A struct → an interface, and the live type of the same name. */
import type { Field, Struct } from "../program/program.ts";
import { fieldKeys } from "../schema/property-keys.ts";
import { type TypeUse, targetOf } from "../schema/type-use.ts";
import { propertyName } from "../schema/typescript-names.ts";
import { printDefinitionComment, printFieldComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";
import { typeText } from "./types.ts";

export function printStruct(out: Printer, struct: Struct, file: FileScope): void {
  const name = file.reference(struct);
  printDefinitionComment(out, file.scope, struct, struct.name);
  if (struct.fields.length === 0) out.line(`export interface ${name} {}`);
  else out.block(`export interface ${name} {`, "}", () => printProperties(out, struct, file));
  out.line(
    `export const ${name}: ${file.codegen("StructType")}<${name}> = $module.struct(${JSON.stringify(struct.name)});`,
  );
}

/** A field as its property: how it is declared and what it holds. */
export interface Property {
  readonly key: string;
  readonly field: Field;
  readonly readonly: boolean;
  /** It may be absent: an optional field, or one of a struct's type that nothing requires. */
  readonly absent: boolean;
  readonly type: string;
}

export function propertiesOf(struct: Struct, file: FileScope): Property[] {
  const { scope } = file;
  const far = scope.settingsOf(struct.name, struct);
  const keys = fieldKeys(scope, struct);
  return struct.fields.map((field) => {
    const near = scope.settingsOf(`${struct.name}.${field.name}`, field);
    const readonly = near.readonly ?? far.readonly ?? scope.settings.readonly ?? false;
    const use = scope.use(field.type, near, far);
    const type = typeText(use, file, readonly);
    return { key: keys.get(field) ?? field.name, field, readonly, absent: mayBeAbsent(field, use), type };
  });
}

function printProperties(out: Printer, struct: Struct, file: FileScope): void {
  for (const { key, field, readonly, absent, type } of propertiesOf(struct, file)) {
    printFieldComment(out, file.scope, field, `${struct.name}.${field.name}`);
    out.line(
      `${readonly ? "readonly " : ""}${propertyName(key)}${absent ? "?" : ""}: ${type}${absent ? " | undefined" : ""};`,
    );
  }
}

/** A struct has no zero value to take the place of one that was not sent. */
function mayBeAbsent(field: Field, use: TypeUse): boolean {
  if (field.need !== undefined) return field.need === "optional";
  return field.default === undefined && targetOf(use).kind === "struct";
}
