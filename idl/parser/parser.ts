/**
 * Text to syntax tree: one file, whatever its errors. Knows no other file; includes and names are for `resolver.ts`.
 *
 * The productions stand in the files beside this one; each reads from a Cursor and leaves it after what it read.
 */
import type { Diagnostics } from "../source/diagnostic.ts";
import type { Source } from "../source/source.ts";
import { didYouMean } from "../source/suggest.ts";
import type { FileNode, Header, Name, TopLevel } from "../syntax/ast.ts";
import { type Dialect, detectDialect, EXCEPTION_QUALIFIERS } from "../syntax/dialect.ts";
import { tokenize } from "../syntax/lexer.ts";
import type { SyntaxEvents } from "../syntax/syntax-events.ts";
import { TokenKind, type TokenList } from "../syntax/token.ts";
import { Cursor } from "./cursor.ts";
import { type Preamble, readConst, readEnum, readPreamble, readStruct, readTypedef } from "./definition.ts";
import { cleanBlock, documented } from "./doc.ts";
import { readHeader, startsHeader } from "./header.ts";
import { mendWord, SUGGESTED_WORDS } from "./mend.ts";
import { skipToDefinition } from "./recover.ts";
import { readService } from "./service.ts";
import { refuseWithdrawn } from "./withdrawn.ts";

/** Parses a whole file. Findings go to `diagnostics`; what could not be read is missing from the tree. Never throws. */
export function parseFile(source: Source, diagnostics: Diagnostics): FileNode {
  const { tokens, dialect, late } = scan(source);
  const cursor = new Cursor(source, tokens, dialect, (code, span, message, details) =>
    diagnostics.report(source, code, span, message, details),
  );
  if (source.encoding !== "UTF-8")
    diagnostics.report(source, "wrong-encoding", { start: 0, end: 0 }, `the file is ${source.encoding}`, {
      hint: "save it as UTF-8",
    });
  const file = new FileParser(cursor).parse();
  // A stray character in what a syntax error has cost is no other mistake.
  for (const [code, start, end, message, details] of late)
    if (code !== "unexpected-character" || !cursor.isSkipped(start))
      diagnostics.report(source, code, { start, end }, message, details);
  return file;
}

type Report = Parameters<SyntaxEvents["report"]>;

/** The dialect shows only in tokens, and some tokens depend on the dialect: fbthrift's files are scanned again. */
function scan(source: Source): { tokens: TokenList; dialect: Dialect; late: Report[] } {
  const first = scanAs(source, "apache");
  const dialect = detectDialect(source, first.tokens);
  const again = dialect === "fbthrift" && first.late.length > 0;
  return again ? { ...scanAs(source, dialect), dialect } : { ...first, dialect };
}

function scanAs(source: Source, dialect: Dialect): { tokens: TokenList; late: Report[] } {
  const late: Report[] = [];
  const tokens = tokenize(source, {
    dialect,
    report: (...report: Report) => void (late.length < 2000 && late.push(report)),
  });
  return { tokens, late };
}

const DEFINITIONS_HINT = "definitions are struct, union, exception, enum, typedef, const and service";

class FileParser {
  readonly #cursor: Cursor;
  readonly #headers: Header[] = [];
  readonly #definitions: TopLevel[] = [];
  #firstDefinition: TopLevel | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    cursor.nested = () => this.#nested();
  }

  parse(): FileNode {
    const cursor = this.#cursor;
    const doc = this.#fileDoc();
    while (!cursor.at(TokenKind.END)) this.#next();
    return {
      dialect: cursor.dialect,
      headers: this.#headers,
      definitions: this.#definitions,
      comments: cursor.comments,
      span: { start: cursor.source.begin, end: cursor.source.text.length },
      ...(doc === undefined ? {} : { doc }),
    };
  }

  #next(): void {
    const cursor = this.#cursor;
    const from = cursor.index;
    if (cursor.attempt(() => this.#readOne()) === undefined) skipToDefinition(cursor, from);
  }

  #readOne(): true {
    const cursor = this.#cursor;
    if (this.#skipStray()) return true;
    const preamble = readPreamble(cursor);
    refuseWithdrawn(cursor);
    if (mendWord(cursor, (definition) => this.#definitions.push(definition))) return true;
    if (startsHeader(cursor)) this.#header(preamble);
    else this.#definition(preamble);
    return true;
  }

  /** A definition in the body of another one is read as if it stood at the top. */
  #nested(): void {
    const cursor = this.#cursor;
    const from = cursor.index;
    if (mendWord(cursor, (definition) => this.#definitions.push(definition))) return;
    cursor.reportSpan("unexpected-token", cursor.span, `definition of ${cursor.text} inside another definition`, {
      hint: "definitions stand at the top of the file: move it out, and use its name as a type",
    });
    const preamble = readPreamble(cursor);
    const definition = cursor.attempt(() => this.#readDefinition(preamble));
    if (definition === undefined) return skipToDefinition(cursor, from);
    this.#definitions.push(definition);
    // As in C, a field of that type may follow.
    if (cursor.at(TokenKind.NAME) && !cursor.startsLine && isSeparatorKind(cursor.peek(1))) cursor.advance();
    cursor.acceptSeparator();
  }

  #header(preamble: Preamble): void {
    const cursor = this.#cursor;
    const word = cursor.span;
    const first = this.#firstDefinition;
    if (first !== undefined) {
      const related = [{ source: cursor.source, span: first.name.span, message: "the first definition" }];
      cursor.reportSpan("header-after-definition", word, `\`${cursor.text}\` after a definition: headers come first`, {
        related,
      });
    }
    this.#headers.push(readHeader(cursor, preamble));
  }

  #definition(preamble: Preamble): void {
    const definition = documented(this.#cursor, this.#readDefinition(preamble));
    this.#firstDefinition ??= definition;
    this.#definitions.push(definition);
  }

  #readDefinition(preamble: Preamble): TopLevel {
    const cursor = this.#cursor;
    switch (cursor.at(TokenKind.NAME) ? cursor.text : "") {
      case "struct":
      case "union":
      case "exception":
        return readStruct(cursor, preamble, []);
      case "enum":
        return readEnum(cursor, preamble);
      case "typedef":
        return readTypedef(cursor, preamble);
      case "const":
        return readConst(cursor, preamble);
      case "service":
      case "interaction":
        return readService(cursor, preamble);
      default:
        return this.#readQualifiedException(preamble);
    }
  }

  #readQualifiedException(preamble: Preamble): TopLevel {
    const cursor = this.#cursor;
    const qualifiers: Name[] = [];
    while (cursor.at(TokenKind.NAME) && EXCEPTION_QUALIFIERS.has(cursor.text))
      qualifiers.push(cursor.expectName("a qualifier"));
    if (!cursor.atWord("exception")) this.#refuse(qualifiers.length > 0 ? "`exception`" : "a definition");
    return readStruct(cursor, preamble, qualifiers);
  }

  /** At the word itself, also where it begins a line: nothing is missing before it. */
  #refuse(expected: string): never {
    const cursor: Cursor = this.#cursor;
    if (cursor.at(TokenKind.BAD)) cursor.stop();
    const found = cursor.describe();
    const hint = cursor.at(TokenKind.NAME) ? didYouMean(cursor.text, SUGGESTED_WORDS) : undefined;
    cursor.fail("unexpected-token", cursor.span, `expected ${expected}, found ${found}`, hint ?? DEFINITIONS_HINT);
  }

  /** Only fbthrift allows a separator after a definition's `}`. */
  #skipStray(): boolean {
    const cursor = this.#cursor;
    if (!cursor.at(TokenKind.COMMA) && !cursor.at(TokenKind.SEMICOLON)) return false;
    cursor.extension(cursor.span, `${cursor.describe()} after a definition`, "leave it out");
    cursor.advance();
    return true;
  }

  /** As Apache reads it: the first doc comment, when a header follows it. */
  #fileDoc(): string | undefined {
    const cursor = this.#cursor;
    const first = cursor.comments.find((comment) => comment.style === "/**");
    if (first === undefined || first.span.end > cursor.start || !startsHeader(cursor)) return undefined;
    return cleanBlock(first.text);
  }
}

function isSeparatorKind(kind: TokenKind): boolean {
  return kind === TokenKind.COMMA || kind === TokenKind.SEMICOLON;
}
