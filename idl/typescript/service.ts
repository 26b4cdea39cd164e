/** A service or interaction → an interface of its methods' types, and the live service. */
import { creationKey } from "../../lib/schema/service.ts";
import type { Field, Method, Service, Type } from "../program/program.ts";
import { NO_SETTINGS, type Settings } from "../program/settings.ts";
import { methodSettings } from "../schema/program-schema.ts";
import { methodKeys } from "../schema/property-keys.ts";
import { labelName, propertyName } from "../schema/typescript-names.ts";
import { printDefinitionComment } from "./comment.ts";
import type { CodegenName, FileScope } from "./file-scope.ts";
import type { Printer } from "./printer.ts";
import { typeText } from "./types.ts";

export function printService(out: Printer, service: Service, file: FileScope): void {
  const name = file.reference(service);
  const table = file.methodTable(service);
  const keys = methodKeys(file.scope, service);
  const head = `export interface ${table}${parentText(service, file)} {`;
  const performed = performedHere(service, file);
  if (service.methods.length + performed.length === 0) out.line(`${head}}`);
  else
    out.block(head, "}", () => {
      printMethods(out, service, keys, file);
      for (const interaction of performed)
        out.line(`${creationKey(interaction.name)}: ${file.codegen("Performs")}<${file.methodTable(interaction)}>;`);
    });
  printDefinitionComment(out, file.scope, service, service.name);
  out.line(
    `export const ${name}: ${file.codegen("Service")}<${table}> = $module.service(${JSON.stringify(service.name)});`,
  );
}

/** Without those whose key a method has. */
function performedHere(service: Service, file: FileScope): readonly Service[] {
  const parent = service.extends;
  const taken = new Set([...ownKeys(service, file), ...(parent === undefined ? [] : inheritedKeys(parent, file))]);
  return service.performs.filter((interaction) => !taken.has(creationKey(interaction.name)));
}

/** An interface cannot give a method of its parent another type: those are left out of the parent. */
function parentText(service: Service, file: FileScope): string {
  const parent = service.extends;
  if (parent === undefined) return "";
  const own = new Set(ownKeys(service, file));
  const again = inheritedKeys(parent, file).filter((key) => own.has(key));
  const table = file.methodTable(parent);
  const left = again.map((key) => JSON.stringify(key)).join(" | ");
  return ` extends ${again.length === 0 ? table : `${file.global("Omit")}<${table}, ${left}>`}`;
}

function inheritedKeys(service: Service, file: FileScope): string[] {
  const keys: string[] = [];
  for (let at: Service | undefined = service; at !== undefined; at = at.extends) keys.push(...ownKeys(at, file));
  return keys;
}

function ownKeys(service: Service, file: FileScope): string[] {
  const keys = methodKeys(file.scope.of(service.module), service);
  return service.methods.map((method) => keys.get(method) ?? method.name);
}

function printMethods(out: Printer, service: Service, keys: ReadonlyMap<Method, string>, file: FileScope): void {
  for (const method of service.methods) {
    const throws = [...method.throws, ...(method.stream?.throws ?? [])].map(
      (field) => `@throws {@link ${thrownName(field, file)}}`,
    );
    printDefinitionComment(out, file.scope, method, `${service.name}.${method.name}`, [...new Set(throws)]);
    out.line(`${propertyName(keys.get(method) ?? method.name)}: ${methodType(service, method, file)};`);
  }
}

function thrownName(field: Field, file: FileScope): string {
  return typeText(file.scope.use(field.type), file);
}

function methodType(service: Service, method: Method, file: FileScope): string {
  const far = methodSettings(file.scope, service, method);
  const text = (type: Type): string => typeText(file.scope.use(type, NO_SETTINGS, far), file);
  const args = argumentsType(service, method, far, file, false);
  const given = method.args.some(hasFallback) ? [argumentsType(service, method, far, file, true)] : [];
  const generic = (name: CodegenName, parts: readonly string[]): string => `${file.codegen(name)}<${parts.join(", ")}>`;
  if (method.oneway) return generic("OnewayMethod", [args, ...given]);
  const first = firstType(method, text, file);
  const { stream, sink } = method;
  const behind = first === "void" && given.length === 0 ? [] : [first, ...given];
  if (stream && sink) return generic("BidiMethod", [args, text(sink.type), text(stream.type), ...behind]);
  if (stream) return generic("StreamMethod", [args, text(stream.type), ...behind]);
  if (sink)
    return generic("SinkMethod", [args, text(sink.type), sink.final ? text(sink.final.type) : "void", ...behind]);
  return generic("UnaryMethod", [args, first, ...given]);
}

/** Whether a caller may leave it out though a handler always gets it: its default is sent. */
function hasFallback(field: Field): boolean {
  return field.default !== undefined && field.need !== "optional";
}

/** The result, or the first response of a stream or sink; with the interaction that the call creates. */
function firstType(method: Method, text: (type: Type) => string, file: FileScope): string {
  const first = method.returns === undefined ? "void" : text(method.returns);
  if (method.creates === undefined) return first;
  return `${file.codegen("Created")}<${file.methodTable(method.creates)}${first === "void" ? "" : `, ${first}`}>`;
}

/** A tuple with names: as a handler gets it, or as a caller may give it. Only the last arguments can be left out of a tuple. */
function argumentsType(service: Service, method: Method, far: Settings, file: FileScope, given: boolean): string {
  const { args } = method;
  const mayBeAbsent = (field: Field): boolean => field.need === "optional" || (given && hasFallback(field));
  const lastNeeded = args.findLastIndex((field) => !mayBeAbsent(field));
  const texts = args.map((field, i) => {
    const near = file.scope.settingsOf(`${service.name}.${method.name}.${field.name}`, field);
    const type = typeText(file.scope.use(field.type, near, far), file);
    const absent = mayBeAbsent(field) ? " | undefined" : "";
    return `${labelName(field.name)}${i > lastNeeded ? "?" : ""}: ${type}${absent}`;
  });
  return `[${texts.join(", ")}]`;
}
