/** A constant, evaluated → an exported value. Enum members stay names; everything else is written out. */
import { ThriftError } from "../../lib/errors/errors.ts";
import type { Constant, Field, Struct, Value } from "../program/program.ts";
import type { Settings } from "../program/settings.ts";
import { fieldKeys, memberKeys } from "../schema/property-keys.ts";
import { type TargetUse, type TypeUse, targetOf } from "../schema/type-use.ts";
import { propertyName } from "../schema/typescript-names.ts";
import { printDefinitionComment } from "./comment.ts";
import type { FileScope } from "./file-scope.ts";
import { arrayLiteral, type Literal, literalText, objectLiteral } from "./literal.ts";
import type { Printer } from "./printer.ts";
import { typeText } from "./types.ts";

export function printConstant(out: Printer, constant: Constant, file: FileScope): void {
  if (constant.value === undefined) return;
  const use = file.scope.use(constant.type, file.scope.settingsOf(constant.name, constant));
  const name = file.reference(constant);
  const literal = new ConstantText(file, constant).of(constant.value, use);
  printDefinitionComment(out, file.scope, constant, constant.name);
  const head = `export const ${name}: ${typeText(use, file, true)} = `;
  for (const line of `${head}${literalText(literal, 0, head.length + 1)};`.split("\n")) out.line(line);
}

class ConstantText {
  readonly #file: FileScope;
  readonly #constant: Constant;

  constructor(file: FileScope, constant: Constant) {
    this.#file = file;
    this.#constant = constant;
  }

  of(value: Value, use: TypeUse): Literal {
    return this.#branded(this.#of(value, use), use);
  }

  #of(value: Value, use: TypeUse): Literal {
    switch (value.kind) {
      case "int":
        return this.#integer(value.value, use);
      case "double":
        return doubleText(value.value);
      case "string":
      case "uuid":
        return JSON.stringify(value.value);
      case "binary":
        return `${this.#file.global("Buffer")}.from(${JSON.stringify(value.value.toString("base64"))}, "base64")`;
      case "enum":
        return this.#enumText(value);
      case "list":
      case "set":
      case "map":
        return this.#container(value, targetOf(use));
      case "struct":
        return this.#struct(value);
      default:
        return String(value.value);
    }
  }

  #integer(value: bigint, use: TypeUse): string {
    const target = targetOf(use);
    if (target.kind !== "base" || target.schema === "i64") return target.kind === "base" ? `${value}n` : String(value);
    if (target.schema === "i64/string") return `"${value}"`;
    if (!Number.isSafeInteger(Number(value))) throw this.#unsafe(value);
    return String(value);
  }

  #unsafe(value: bigint): ThriftError {
    const { module, name } = this.#constant;
    return new ThriftError(
      "CONFIGURATION",
      `${module.path}: ${name}: ${value} is no safe integer, but scrimp.type asks for a number`,
    );
  }

  /** A number without a name is no value of the TypeScript type. */
  #enumText(value: Extract<Value, { kind: "enum" }>): string {
    const name = this.#file.reference(value.enum);
    if (value.member === undefined)
      return value.enum.members.length === 0 ? String(value.value) : `(${value.value} as number) as ${name}`;
    const key = memberKeys(this.#file.scope.of(value.enum.module), value.enum).get(value.member) ?? value.member.name;
    return propertyName(key) === key ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`;
  }

  #container(value: Extract<Value, { kind: "list" | "set" | "map" }>, use: TypeUse): Literal {
    if (value.kind === "map" && use.kind === "map") {
      const type = `<${typeText(use.key, this.#file)}, ${typeText(use.value, this.#file)}>`;
      return this.#make(
        "Map",
        type,
        value.entries.map((entry) => arrayLiteral([this.of(entry.key, use.key), this.of(entry.value, use.value)])),
      );
    }
    const element = use.kind === "list" || use.kind === "set" ? use.element : use;
    const elements = value.kind === "map" ? [] : value.elements.map((v) => this.of(v, element));
    return value.kind === "list"
      ? arrayLiteral(elements)
      : this.#make("Set", `<${typeText(element, this.#file)}>`, elements);
  }

  #make(name: "Map" | "Set", type: string, items: readonly Literal[]): Literal {
    const open = `new ${this.#file.global(name)}${type}(`;
    return items.length === 0
      ? `${open})`
      : { open: `${open}[`, items: items.map((item) => ({ value: item })), close: "])" };
  }

  #struct(value: Extract<Value, { kind: "struct" }>): Literal {
    const { struct, fields } = value;
    const scope = this.#file.scope.of(struct.module);
    const keys = fieldKeys(scope, struct);
    const far = scope.settingsOf(struct.name, struct);
    const keyOf = (field: Field): string => keys.get(field) ?? field.name;
    const textOf = (field: Field, v: Value): Literal => this.of(v, this.#use(struct, field, far));
    if (struct.kind === "union")
      return unionText(fields.map(({ field, value: v }) => [keyOf(field), textOf(field, v)]));
    const set = new Map(fields.map(({ field, value: v }) => [field, textOf(field, v)]));
    const properties = struct.fields.flatMap((field): [string, Literal][] => {
      const text =
        set.get(field) ?? (field.need === "optional" ? undefined : this.#zero(field, this.#use(struct, field, far)));
      return text === undefined ? [] : [[keyOf(field), text]];
    });
    const object = objectLiteral(properties);
    return struct.kind === "exception"
      ? { open: `new ${this.#file.reference(struct)}(`, items: [{ value: object }], close: ")" }
      : object;
  }

  #use(struct: Struct, field: Field, far: Settings): TypeUse {
    const scope = this.#file.scope.of(struct.module);
    return scope.use(field.type, scope.settingsOf(`${struct.name}.${field.name}`, field), far);
  }

  /** What a field without a default holds; nothing for a struct that is not required. */
  #zero(field: Field, use: TypeUse): Literal | undefined {
    const target = targetOf(use);
    if (target.kind !== "struct") return this.#branded(this.#zeroOf(target), use);
    return field.need === "required"
      ? this.#struct({ kind: "struct", struct: target.definition, fields: [] })
      : undefined;
  }

  #branded(text: Literal, use: TypeUse): Literal {
    const brand = this.#brandOf(use);
    return brand === undefined || typeof text !== "string" ? text : `${text} as ${brand}`;
  }

  #zeroOf(target: Exclude<TargetUse, { kind: "struct" }>): string {
    switch (target.kind) {
      case "base":
        return target.schema.startsWith("binary")
          ? `${this.#file.global("Buffer")}.alloc(0)`
          : (ZEROS.get(target.schema) ?? "0");
      case "list":
        return "[]";
      case "set":
      case "map":
        return `new ${this.#file.global(target.kind === "set" ? "Set" : "Map")}()`;
      case "enum":
        return this.#zeroMember(target.definition);
    }
  }

  #zeroMember(definition: Extract<TypeUse, { kind: "enum" }>["definition"]): string {
    const member = definition.members.find((m) => m.value === 0);
    return this.#enumText({ kind: "enum", enum: definition, value: 0, ...(member === undefined ? {} : { member }) });
  }

  #brandOf(use: TypeUse): string | undefined {
    if (use.kind !== "alias" || targetOf(use).kind !== "base") return undefined;
    const home = this.#file.scope.of(use.definition.module);
    const branded = use.own && home.settingsOf(use.definition.name, use.definition).brand !== undefined;
    return branded ? typeText(use, this.#file) : this.#brandOf(use.type);
  }
}

const ZEROS = new Map([
  ["bool", "false"],
  ["i64", "0n"],
  ["i64/string", '"0"'],
  ["string", '""'],
  ["uuid", '"00000000-0000-0000-0000-000000000000"'],
]);

function unionText(set: readonly (readonly [key: string, value: Literal])[]): Literal {
  const [first] = set;
  return objectLiteral(
    first === undefined
      ? [["kind", "undefined"]]
      : [
          ["kind", JSON.stringify(first[0])],
          ["value", first[1]],
        ],
  );
}

function doubleText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
