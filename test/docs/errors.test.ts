import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { root } from "../helpers/shared.ts";

function codesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, code = ""]) => code).sort();
}

t.test("docs/errors.md has a row for each code, and no other", async (t) => {
  const source = readFileSync(join(root, "lib/errors/errors.ts"), "utf8");
  const union = /export type ErrorCode =([^;]+);/.exec(source)?.[1] ?? "";
  const codes = codesIn(union, /"([A-Z_]+)"/g);
  const rows = codesIn(readFileSync(join(root, "docs/errors.md"), "utf8"), /^\| `([A-Z_]+)` \|/gm);
  t.ok(codes.length > 0);
  t.same(rows, codes);
});
