import { join } from "node:path";
import t from "tap";
import { surfaceModule, surfaceOf } from "../../../tools/dev/api-report.ts";
import { root } from "../../helpers/shared.ts";

const exports = {
  ".": { types: "./dist/lib/index.d.ts", default: "./dist/lib/index.js" },
  "./codegen/v1": { types: "./dist/lib/codegen.d.ts", default: "./dist/lib/codegen.js" },
  "./package.json": "./package.json",
};

t.test("joins all entry points, the main one plainly", async (t) => {
  t.equal(
    surfaceModule(exports, "../.."),
    'export * from "../../lib/index.ts";\nexport * as codegen_v1 from "../../lib/codegen.ts";\n',
  );
});

t.test("reports names and signatures, and the types that no entry point exports", async (t) => {
  const folder = t.testdir({
    "package.json": JSON.stringify({ name: "made", version: "1.0.0", type: "module", exports }),
    node_modules: t.fixture("symlink", join(root, "node_modules")),
    lib: {
      "index.ts": `
        import type { Hidden, Shared, Third } from "./inside.ts";
        export type { Named } from "./inside.ts";
        export function make(hidden: Hidden): Shared { return hidden; }
        export interface Holder { get(): Third<string>; own(): Private }
        interface Private { readonly a: number }
      `,
      "inside.ts": `
        export interface Hidden { readonly named: Named }
        export type Shared = Hidden;
        export interface Named { readonly value: number }
        export interface Third<T> { readonly value: T }
      `,
      "codegen.ts": 'export type { Shared } from "./inside.ts";',
    },
  });
  const { text, unnamed } = surfaceOf(folder);
  t.same(unnamed, ["Hidden", "Private", "Third"]);
  t.match(text, "export function make(hidden: Hidden): Shared;");
  t.match(text, /declare namespace codegen_v1 \{\s+export \{\s+Shared\s+\}/);
});

t.test("says what does not compile", async (t) => {
  const folder = t.testdir({
    "package.json": JSON.stringify({ name: "made", version: "1.0.0", type: "module", exports }),
    lib: { "index.ts": "export const a: string = 1;\n", "codegen.ts": "export {};\n" },
  });
  t.throws(() => surfaceOf(folder), { message: /Type 'number' is not assignable to type 'string'/ });
});
