/** Doc comments of the IDL → TSDoc, with what TypeScript cannot say: ids and requiredness, place in the IDL, deprecation. */
import type { Definition, Field, Method, ResolvedAnnotation } from "../program/program.ts";
import { typeText } from "../program/type-text.ts";
import type { ModuleScope } from "../schema/module-scope.ts";
import type { Printer } from "./printer.ts";

interface Documented {
  readonly doc?: string;
  readonly annotations: readonly ResolvedAnnotation[];
}

/** The comment of a definition or method. */
export function printDefinitionComment(
  out: Printer,
  scope: ModuleScope,
  thing: Definition | Method,
  path: string,
  tags: readonly string[] = [],
): void {
  const { line } = scope.module.source.position(thing.node.name.span.start);
  printComment(out, scope, thing, path, `${scope.key}.thrift:${line}`, tags);
}

/** The comment of a field: `1: required i32`. */
export function printFieldComment(out: Printer, scope: ModuleScope, field: Field, path: string): void {
  const need = field.need === undefined ? "" : `${field.need} `;
  printComment(out, scope, field, path, `${field.id}: ${need}${typeText(field.type)}${defaultText(field)}`);
}

/** The comment of something that has nothing to say but its documentation. */
export function printPlainComment(out: Printer, scope: ModuleScope, thing: Documented, path: string): void {
  printComment(out, scope, thing, path, "");
}

function printComment(
  out: Printer,
  scope: ModuleScope,
  thing: Documented,
  path: string,
  note: string,
  tags: readonly string[] = [],
): void {
  const deprecated = deprecation(scope, thing, path);
  if (thing.doc === undefined && deprecated === undefined && tags.length === 0) {
    if (note !== "") out.line(`/** ${endless(note)} */`);
    return;
  }
  const doc = thing.doc?.trim() ?? "";
  const blockTags = deprecated === undefined || /^\s*@deprecated/m.test(doc) ? tags : [deprecated, ...tags];
  // Text after a tag belongs to the tag: a note does not.
  const texts = /^\s*@\w/m.test(doc) ? [note, doc] : [doc, note];
  printParagraphs(
    out,
    [...texts, blockTags.join("\n")].filter((text) => text !== ""),
  );
}

function printParagraphs(out: Printer, paragraphs: readonly string[]): void {
  if (paragraphs.length === 0) return;
  const lines = paragraphs.flatMap((text, i) => (i === 0 ? commentLines(text) : ["", ...commentLines(text)]));
  if (lines.length === 1) return out.line(`/** ${lines[0]} */`);
  out.line("/**");
  for (const line of lines) out.line(line === "" ? " *" : ` * ${line}`);
  out.line(" */");
}

/** Nothing in a doc comment may end it, or speak to a compiler: `@ts-ignore` counts even there. */
function commentLines(text: string): string[] {
  const harmless = endless(text)
    .replace(/@(?=ts-|jsx)/gi, "@ ")
    .replaceAll("sourceMappingURL=", "sourceMappingURL =");
  return harmless.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.trimEnd());
}

function endless(text: string): string {
  return text.includes("*/") ? text.replaceAll("*/", "*\\/") : text;
}

function deprecation(scope: ModuleScope, thing: Documented, path: string): string | undefined {
  if (thing.annotations.length === 0 && scope.added(path).length === 0) return undefined;
  const found = thing.annotations.find((annotation) => /(^|\.)deprecated$/i.test(annotation.name));
  const added = scope.added(path).find(([name]) => name === "deprecated");
  if (found === undefined && added === undefined) return undefined;
  const message = found?.fields?.find((field) => field.name === "message")?.value;
  const text = added?.[1] ?? found?.text ?? (message?.kind === "string" ? message.value : "");
  return /^(1|true)?$/.test(text) ? "@deprecated" : `@deprecated ${text.replace(/\s+/g, " ")}`;
}

/** Only what is short: a reader who wants the rest finds it in the schema. */
function defaultText(field: Field): string {
  const value = field.default;
  if (value === undefined) return "";
  if (value.kind === "enum") return ` = ${value.member?.name ?? value.value}`;
  if (value.kind === "string") return value.value.length <= 40 ? ` = ${JSON.stringify(value.value)}` : " = …";
  return value.kind === "bool" || value.kind === "int" || value.kind === "double" ? ` = ${value.value}` : " = …";
}
