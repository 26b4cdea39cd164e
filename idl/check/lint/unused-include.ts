/** The rule about includes that nothing in the file needs. Looks at the tree, so that a name counts even where it cannot be resolved. */
import type { LintRule } from "./rule.ts";

export const unusedInclude: LintRule = {
  id: "unused-include",
  summary: "every include is used by a name in the file",
  standard: true,
  check(module, _report, reportInclude) {
    const used = new Set<string>();
    for (const definition of module.tree.definitions) collectScopes(definition, used);
    for (const header of module.tree.headers) collectScopes(header.annotations, used);
    for (const include of module.includes) {
      if (include.node.language === undefined && !used.has(include.alias)) {
        reportInclude(include, `nothing in this file uses \`${include.alias}\``, "remove the include");
      }
    }
  },
};

/** The parts before the dots of every dotted name below `node`. */
function collectScopes(node: unknown, used: Set<string>): void {
  if (Array.isArray(node)) for (const child of node) collectScopes(child, used);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "doc" || key === "span") continue;
    if (key === "text" && typeof value === "string") addScopes(value, used);
    else collectScopes(value, used);
  }
}

function addScopes(name: string, used: Set<string>): void {
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) used.add(name.slice(0, dot));
}
