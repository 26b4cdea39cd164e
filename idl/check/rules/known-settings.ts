/** Annotations that begin with `scrimp.` are settings: one that does not exist, or has a value it cannot have, does nothing. */
import { type Asked, askedByNode, settingProblem } from "../../program/settings.ts";
import type { Annotation, FileNode, Span } from "../../syntax/ast.ts";
import type { Rule } from "./rule.ts";

export const knownSettings: Rule = (module, report) => {
  if (!module.source.text.includes("scrimp.")) return;
  for (const [asked, span] of settingsIn(module.tree)) {
    const problem = settingProblem(asked);
    if (problem !== undefined) report("unknown-setting", span, problem);
  }
};

function* settingsIn(file: FileNode): Generator<[Asked, Span]> {
  for (const header of file.headers) {
    if (header.kind === "namespace") yield [[header.scope.text, header.name.text], header.scope.span];
  }
  for (const annotation of annotationsIn(file.headers)) yield* settingOf(annotation);
  for (const annotation of annotationsIn(file.definitions)) yield* settingOf(annotation);
}

function* settingOf(annotation: Annotation): Generator<[Asked, Span]> {
  for (const asked of askedByNode([annotation])) yield [asked, annotation.span];
}

/** Those of every node below: whatever has a list `annotations`. */
function* annotationsIn(node: unknown): Generator<Annotation> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "annotations") yield* value as Annotation[];
    else yield* annotationsIn(value);
  }
}
