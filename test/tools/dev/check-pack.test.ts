import t from "tap";
import { contentProblems } from "../../../tools/dev/check-pack.ts";

const whole = [
  "package.json",
  "README.md",
  "LICENSE",
  "dist/lib/index.js",
  "dist/lib/index.d.ts",
  "dist/lib/schema/codegen-v1.js",
  "dist/idl/index.js",
  "dist/bin/scrimp.js",
  "dist/bin/LICENSES.txt",
  "idl/std/health.thrift",
];
const tarball = (paths: readonly string[], size = 1000) => ({
  filename: "x.tgz",
  size,
  files: paths.map((path) => ({ path })),
});

t.test("is content with the package as meant", async (t) => {
  t.same(contentProblems(tarball(whole)), []);
});

t.test("names what does not belong and what is missing", async (t) => {
  const paths = whole
    .filter((path) => path !== "LICENSE")
    .concat("dist/tools/dev/check.js", "dist/test/a.test.js", "lib/index.ts", "dist/lib/index.js.map");
  t.same(contentProblems(tarball(paths)), [
    "dist/tools/dev/check.js: does not belong into the package",
    "dist/test/a.test.js: does not belong into the package",
    "lib/index.ts: does not belong into the package",
    "dist/lib/index.js.map: does not belong into the package",
    "LICENSE: missing from the package",
  ]);
});

t.test("weighs it", async (t) => {
  t.match(contentProblems(tarball(whole, 10_000_000)), [/^10000000 bytes packed, limit \d+$/]);
});
