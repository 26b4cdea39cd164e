/** Words that Thrift had once and has withdrawn. */
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";

/** And what to write in their place. */
const WITHDRAWN: Readonly<Record<string, string>> = {
  cpp_namespace: "namespace cpp",
  php_namespace: "namespace php",
  py_module: "namespace py",
  perl_package: "namespace perl",
  ruby_namespace: "namespace rb",
  smalltalk_category: "namespace smalltalk.category",
  smalltalk_prefix: "namespace smalltalk.prefix",
  java_package: "namespace java",
  cocoa_prefix: "namespace cocoa",
  csharp_namespace: "namespace csharp",
  delphi_namespace: "namespace delphi",
  xsd_namespace: "namespace xsd",
  senum: "an enum, or a typedef of string",
};

/** Whether one of them is here, where a definition would begin. */
export function startsWithdrawn(cursor: Cursor): boolean {
  return cursor.at(TokenKind.NAME) && Object.hasOwn(WITHDRAWN, cursor.text);
}

/** Reports a withdrawn word and stops there. */
export function refuseWithdrawn(cursor: Cursor): void {
  if (!startsWithdrawn(cursor)) return;
  cursor.fail(
    "withdrawn-keyword",
    cursor.span,
    `\`${cursor.text}\` is no longer part of Thrift`,
    `use ${quoteReplacement(WITHDRAWN[cursor.text] ?? "")} instead`,
  );
}

function quoteReplacement(replacement: string): string {
  return replacement.startsWith("namespace") ? `\`${replacement}\`` : replacement;
}
