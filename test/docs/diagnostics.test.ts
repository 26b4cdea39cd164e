import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { CODES } from "../../idl/source/codes.ts";
import { load } from "../helpers/idl.ts";
import { root } from "../helpers/shared.ts";

const document = (name: string): string => readFileSync(join(root, "docs", name), "utf8");

t.test("docs/diagnostics.md has a row for each code under its severity, with its line, and no other", async (t) => {
  const [, errors = "", warnings = ""] = document("diagnostics.md").split(/^## .*$/m);
  const rows = (text: string): string[] => [...text.matchAll(/^\| `[a-z0-9-]+` \|.*$/gm)].map(([row]) => row);
  const wanted = (severity: string): string[] =>
    Object.entries(CODES)
      .flatMap(([code, entry]) => (entry.severity === severity ? [`| \`${code}\` | ${entry.summary} |`] : []))
      .sort();
  t.same(rows(errors), wanted("error"));
  t.same(rows(warnings), wanted("warning"));
});

t.test("docs/idl.md names only codes that exist", async (t) => {
  const named = [...document("idl.md").matchAll(/`([a-z]+(?:-[a-z0-9]+)+)`/g)].map(([, code = ""]) => code);
  t.ok(named.length > 5);
  t.same(
    named.filter((code) => !Object.hasOwn(CODES, code)),
    [],
  );
});

t.test("the IDL of docs/idl.md is valid", async (t) => {
  const example = /```thrift\n([\s\S]*?)```/.exec(document("idl.md"))?.[1] ?? "";
  const loaded = load({ "main.thrift": example, "thrift/annotation/cpp.thrift": "struct Name { 1: string value }" });
  t.same(
    loaded.diagnostics.map(({ message }) => message),
    [],
  );
});
