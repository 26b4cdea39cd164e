import t from "tap";
import { sizeOf } from "../../../tools/dev/check-size.ts";

const kilobyte = (name: string): string =>
  `export const ${name} = ${JSON.stringify(name.repeat(1000 / name.length))};\n`;

t.test("counts what is loaded at once and used, minified, and not what is imported when it is needed", async (t) => {
  const folder = t.testdir({
    "index.ts":
      'export * from "./used.ts";\nexport * from "./unused.ts";\nexport const later = () => import("./later.ts");\n',
    "used.ts": `/** A comment. */\n${kilobyte("used")}`,
    "unused.ts": kilobyte("left"),
    "later.ts": `import { used } from "./used.ts";\n${kilobyte("last")}export const both = used + last;\n`,
  });
  const one = await sizeOf('export { used } from "./index.ts";', folder);
  t.ok(one.minified > 1000 && one.minified < 1100, `${one.minified}`);
  t.ok(one.gzipped < 200, `${one.gzipped}`);
  const lazy = await sizeOf('export { used, later } from "./index.ts";', folder);
  t.ok(lazy.minified > 1000 && lazy.minified < 1400, `${lazy.minified}`);
  const all = await sizeOf('export * from "./index.ts";', folder);
  t.ok(all.minified > 2000 && all.minified < 2400, `${all.minified}`);
});
