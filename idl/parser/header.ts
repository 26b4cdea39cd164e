/** Productions of everything before the definitions: includes, namespaces, the package; and words that Thrift has withdrawn. */
import type { Header, Include, Name, Namespace, Package } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import { joinAnnotations, readAnnotations } from "./annotation.ts";
import { readStringValue } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import type { Preamble } from "./definition.ts";

const LANGUAGE_INCLUDES: ReadonlySet<string> = new Set(["cpp_include", "hs_include", "c_include"]);

export function startsHeader(cursor: Cursor): boolean {
  if (!cursor.at(TokenKind.NAME)) return false;
  const { text } = cursor;
  return text === "include" || text === "namespace" || text === "package" || LANGUAGE_INCLUDES.has(text);
}

export function readHeader(cursor: Cursor, preamble: Preamble): Header {
  const header = readBareHeader(cursor, preamble);
  if (cursor.at(TokenKind.COMMA) || cursor.at(TokenKind.SEMICOLON)) {
    if (cursor.dialect === "apache")
      cursor.report(
        "header-separator",
        cursor.start,
        cursor.end,
        `${cursor.describe()} after ${header.kind === "include" ? "an" : "a"} ${header.kind} is not portable`,
        {
          hint: "Apache's compiler rejects it: leave it out",
        },
      );
    cursor.advance();
  }
  return header;
}

function readBareHeader(cursor: Cursor, preamble: Preamble): Header {
  if (cursor.atWord("namespace")) return readNamespace(cursor, preamble);
  return cursor.atWord("package") ? readPackage(cursor, preamble) : readInclude(cursor, preamble);
}

function readInclude(cursor: Cursor, preamble: Preamble): Include {
  const { text: word } = cursor;
  cursor.advance();
  if (!cursor.at(TokenKind.STRING))
    cursor.failExpected("the path of a file in quotes", 'write `include "file.thrift"`');
  const path = readStringValue(cursor);
  const alias = cursor.acceptWord("as") ? cursor.expectName("the name for the include") : undefined;
  return {
    kind: "include",
    path: path.value,
    pathSpan: path.span,
    annotations: preamble.structured,
    span: { start: preamble.start, end: cursor.previousEnd },
    ...(alias === undefined ? {} : { alias }),
    ...(word === "include" ? {} : { language: word.slice(0, word.indexOf("_")) }),
  };
}

function readPackage(cursor: Cursor, preamble: Preamble): Package {
  cursor.advance();
  if (!cursor.at(TokenKind.STRING) && !cursor.at(TokenKind.SEMICOLON))
    cursor.failExpected(
      "the package's name in quotes",
      cursor.at(TokenKind.NAME) ? `write \`namespace * ${cursor.text.slice(0, 60)}\`` : undefined,
    );
  const name = cursor.at(TokenKind.STRING) ? readStringValue(cursor).value : "";
  return {
    kind: "package",
    name,
    annotations: preamble.structured,
    span: { start: preamble.start, end: cursor.previousEnd },
  };
}

function readNamespace(cursor: Cursor, preamble: Preamble): Namespace {
  cursor.advance();
  const scope = readScope(cursor);
  const name = readNamespaceName(cursor);
  const annotations = joinAnnotations(preamble.structured, readNamespaceAnnotations(cursor, scope));
  return { kind: "namespace", scope, name, annotations, span: { start: preamble.start, end: cursor.previousEnd } };
}

function readScope(cursor: Cursor): Name {
  if (!cursor.at(TokenKind.STAR)) return cursor.expectName("the scope of the namespace: a language or `*`");
  const scope: Name = { text: "*", span: cursor.span };
  cursor.advance();
  return scope;
}

function readNamespaceName(cursor: Cursor): Name {
  if (!cursor.at(TokenKind.STRING))
    return cursor.startsLine
      ? cursor.failExpected("the name of the namespace", "a namespace is written `namespace js my.name`")
      : cursor.expectName("the name of the namespace");
  const name = readStringValue(cursor);
  if (!name.value.includes("/")) cursor.extension(name.span, "a namespace in quotes", "leave the quotes out");
  return { text: name.value, span: name.span };
}

/** Apache's grammar allows annotations after every namespace but that of `*`. */
function readNamespaceAnnotations(cursor: Cursor, scope: Name): Namespace["annotations"] {
  if (scope.text === "*" && cursor.at(TokenKind.LEFT_PAREN))
    cursor.extension(cursor.span, "an annotation of `namespace *`");
  return readAnnotations(cursor);
}
