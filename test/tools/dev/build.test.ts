import { existsSync } from "node:fs";
import t from "tap";
import { sweep } from "../../../tools/dev/build.ts";

t.test("removes what tsc made of sources that are gone, and nothing else", async (t) => {
  const folder = t.testdir({
    src: { lib: { "kept.ts": "" } },
    dist: {
      lib: { "kept.js": "", "kept.d.ts": "", "gone.js": "", "gone.js.map": "", "gone.d.ts": "" },
      "note.txt": "",
    },
  });
  t.same(sweep(`${folder}/dist`, `${folder}/src`).sort(), ["lib/gone.d.ts", "lib/gone.js", "lib/gone.js.map"]);
  t.ok(existsSync(`${folder}/dist/lib/kept.js`));
  t.ok(existsSync(`${folder}/dist/note.txt`));
  t.notOk(existsSync(`${folder}/dist/lib/gone.js`));
});

t.test("has nothing to sweep before the first build", async (t) => {
  t.same(sweep(`${t.testdir()}/dist`, "."), []);
});
