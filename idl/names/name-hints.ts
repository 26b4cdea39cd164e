/** Guesses at what was meant by an unknown name: other spellings, names of other files, words of other languages. */
import { moduleName } from "../files/file-loader.ts";
import { TYPE_WORDS } from "../parser/type.ts";
import type { Module } from "../program/program.ts";
import { didYouMean, nearest } from "../source/suggest.ts";
import type { Span } from "../syntax/ast.ts";
import { foreignTypeHint } from "./foreign-types.ts";

type Pick = (module: Module) => { readonly keys: () => Iterable<string>; readonly has: (name: string) => boolean };

/** More modules than anybody looks through for a hint. */
const MAX_MODULES = 1000;

/** For a type; `span` is the place of its name. */
export function suggestType(module: Module, name: string, span: Span): string | undefined {
  const next = /^[ \t]+(\w+)/.exec(module.source.text.slice(span.end, span.end + 40))?.[1] ?? "";
  if (TYPE_WORDS.includes(next)) return `the type stands before the name: write \`${next} ${name.slice(0, 60)}\``;
  const pick: Pick = ({ types }) => types;
  return sameButCase(name, module.types.keys()) ?? foreignTypeHint(name) ?? suggestName(module, name, pick, TYPE_WORDS);
}

function sameButCase(name: string, candidates: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  for (const known of candidates) if (known.toLowerCase() === lower) return `did you mean \`${known}\`?`;
  return undefined;
}

/** For any name: the same in an include, one like it here or there, or the same in a file that an include includes. */
export function suggestName(module: Module, name: string, pick: Pick, words: readonly string[]): string | undefined {
  const bare = name.slice(name.lastIndexOf(".") + 1);
  return (
    qualified(module, pick, (known) => (known.has(bare) ? bare : undefined)) ??
    didYouMean(name, [...pick(module).keys(), ...words]) ??
    qualified(module, pick, (known) => nearest(bare, known.keys())) ??
    suggestInclude(module, bare, pick)
  );
}

/** `Thing` for `shared.Thing`. */
function qualified(
  module: Module,
  pick: Pick,
  find: (known: ReturnType<Pick>) => string | undefined,
): string | undefined {
  for (const include of module.includes) {
    const found = include.module === undefined ? undefined : find(pick(include.module));
    if (found !== undefined) return `did you mean \`${include.alias}.${found}\`?`;
  }
  return undefined;
}

/** Only what a file includes itself can be named in it. */
function suggestInclude(module: Module, name: string, pick: Pick): string | undefined {
  const seen = new Set<Module>([module]);
  for (const at of seen) {
    if (seen.size > MAX_MODULES) break;
    if (at !== module && pick(at).has(name))
      return `include the file that defines it, ${at.path}, and write \`${at.name}.${name.slice(0, 60)}\``;
    for (const { module: next } of at.includes) if (next !== undefined) seen.add(next);
  }
  return undefined;
}

/** `#include "x.thrift"` is a comment. */
export function commentedInclude({ tree, source }: Module, scope: string): string | undefined {
  for (const { style, text, span } of tree.comments) {
    const path = style === "#" ? /^#\s*include\s*["<]([^">]*)[">]/.exec(text)?.[1] : undefined;
    if (path === undefined || moduleName(path) !== scope) continue;
    return `line ${source.position(span.start).line} is a comment: write \`include "${path}"\` without \`#\``;
  }
  return undefined;
}
