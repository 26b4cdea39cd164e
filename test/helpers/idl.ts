/** Programs from texts in memory, and their findings as short lines. */
import { type LoadedProgram, type LoadProgramOptions, loadProgram } from "../../idl/load/load-program.ts";
import type { Module } from "../../idl/program/program.ts";
import type { Diagnostic } from "../../idl/source/diagnostic.ts";
import { renderText } from "../../idl/source/diagnostic-format.ts";

/** Files by path, below a folder that does not exist. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** Loads `main.thrift` of these files, or the roots that are named. */
export function load(
  files: Files | string,
  roots: readonly string[] = ["main.thrift"],
  options: LoadProgramOptions = {},
): LoadedProgram {
  const all = new Map(Object.entries(typeof files === "string" ? { "main.thrift": files } : files));
  const read = (path: string): string | Buffer | undefined => all.get(path.replace("/nowhere/", ""));
  return loadProgram(roots, { cwd: "/nowhere", read, ...options });
}

/** `file:line:column code` of each finding; the file only where it is not `main.thrift`. */
export function places(loaded: LoadedProgram): string[] {
  return loaded.diagnostics.map(({ source, span, code }) => {
    const { line, column } = source.position(span.start);
    return `${source.path === "main.thrift" ? "" : `${source.path}:`}${line}:${column} ${code}`;
  });
}

/** What is found in one text. */
export function findings(text: string | Buffer): string[] {
  return places(load({ "main.thrift": text }));
}

/** The only root of a program without errors. */
export function moduleOf(files: Files | string): Module {
  const loaded = load(files);
  const module = loaded.program.roots[0];
  if (loaded.hasErrors || module === undefined) throw new Error(`unexpected ${places(loaded).join(", ")}`);
  return module;
}

/** Throws unless each finding lies in its file and can be shown. */
export function checkPlaces(diagnostics: readonly Diagnostic[]): void {
  for (const { span, source } of diagnostics) {
    const inside = span.start <= span.end && span.end <= source.bytes.length;
    if (!inside) throw new Error(`place ${span.start} to ${span.end} of ${source.bytes.length}`);
  }
  renderText(diagnostics.slice(0, 20));
}
