import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { root } from "../helpers/shared.ts";

function documents(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name));
  return [...readdirSync(root), ...docs].filter((name) => name.endsWith(".md")).sort();
}

/** Targets of links to files, without their anchors. */
function targets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^\w+:/.test(target));
}

for (const document of documents()) {
  t.test(`every link of ${document} leads to a file of this repository`, async (t) => {
    const broken = targets(readFileSync(join(root, document), "utf8")).filter(
      (target) => !existsSync(join(root, dirname(document), target)),
    );
    t.same(broken, []);
  });
}

t.test("docs/decisions/README.md lists every decision, in order", async (t) => {
  const folder = join(root, "docs/decisions");
  const decisions = readdirSync(folder)
    .filter((name) => /^\d{3}-/.test(name))
    .sort();
  t.same(targets(readFileSync(join(folder, "README.md"), "utf8")), decisions);
});
