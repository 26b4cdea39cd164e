/**
 * One way to lay out a file: only the space between tokens changes, so its meaning cannot. Knows no other file.
 *
 * Two spaces of indent, an item a line, 100 columns; at most one blank line where the source had any.
 */
import { parseFile } from "../parser/parser.ts";
import { Diagnostics } from "../source/diagnostic.ts";
import type { Source } from "../source/source.ts";
import { tokenize } from "../syntax/lexer.ts";
import { listElements } from "./elements.ts";
import { layOut } from "./layout.ts";
import { planLayout } from "./plan.ts";

/** The file laid out anew, or undefined where it has syntax errors, which are in `diagnostics` then. */
export function formatSource(source: Source, diagnostics: Diagnostics = new Diagnostics()): string | undefined {
  const file = parseFile(source, diagnostics);
  if (diagnostics.hasErrors) return undefined;
  const elements = listElements(source, tokenize(source, { dialect: file.dialect, report: () => {} }));
  return layOut(elements, planLayout(file, elements));
}
