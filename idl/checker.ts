/** The list of rules that a resolved program is held to. Each stands in a file of its own in `rules/`. */
import type { Diagnostics } from "./diagnostic.ts";
import type { Module, Program } from "./program.ts";

/** Looks at one module and reports what is wrong with it. */
export type Rule = (module: Module, diagnostics: Diagnostics) => void;

const RULES: readonly Rule[] = [];

export function checkProgram(program: Program, diagnostics: Diagnostics): void {
  for (const module of program.modules) for (const rule of RULES) rule(module, diagnostics);
}
