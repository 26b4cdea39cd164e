import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { bundledPackages } from "../../../tools/dev/bundle-command.ts";
import { root } from "../../helpers/shared.ts";

t.test("finds the packages among what was bundled, each once, scoped and nested ones too", async (t) => {
  const input = { bytes: 1, imports: [] };
  const inputs = {
    "tools/main.ts": input,
    "node_modules/commander/lib/command.js": input,
    "node_modules/commander/lib/error.js": input,
    "node_modules/@scope/a/index.js": input,
    "node_modules/b/node_modules/c/index.js": input,
  };
  t.same(bundledPackages({ inputs }), [
    "node_modules/@scope/a",
    "node_modules/b/node_modules/c",
    "node_modules/commander",
  ]);
});

t.test("the command comes with the licences of what is in it", async (t) => {
  const text = readFileSync(join(root, "dist/bin/LICENSES.txt"), "utf8");
  for (const name of ["chokidar", "commander", "diff", "picocolors", "readdirp"])
    t.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([\\w-]+\\)\\n\\n.*(licen[cs]e|copyright)`, "im"), name);
});
