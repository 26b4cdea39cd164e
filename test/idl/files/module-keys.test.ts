import fc from "fast-check";
import t from "tap";
import { type LayoutOptions, moduleKeys } from "../../../idl/files/module-keys.ts";

function keys(paths: readonly string[], options: LayoutOptions = {}): string[] {
  const keyOf = moduleKeys(paths, options);
  return paths.map((path) => keyOf.get(path) ?? "");
}

t.test("files stand where they stand below the deepest folder that holds them all", async (t) => {
  t.same(keys(["/idl/a.thrift"]), ["a"]);
  t.same(keys(["/idl/app/a.thrift", "/idl/lib/b.thrift"]), ["app/a", "lib/b"]);
  t.same(keys(["/idl/a.thrift", "/idl/lib/b.thrift"]), ["a", "lib/b"]);
});

t.test("files below an include root stand where they stand below it: below the outermost of several", async (t) => {
  t.same(keys(["/app/a.thrift", "/vendor/x/b.thrift"], { includeRoots: ["/vendor/x", "/vendor"] }), ["a", "x/b"]);
});

t.test("a root that is given fixes the place of what is below it", async (t) => {
  t.same(keys(["/idl/deep/a.thrift"], { root: "/idl" }), ["deep/a"]);
});

t.test("where two would meet, all stand below the folder that holds everything", async (t) => {
  t.same(keys(["/a/types.thrift", "/b/types.thrift"], { includeRoots: ["/a", "/b"] }), ["a/types", "b/types"]);
});

t.test("names that differ by case or extension only stay apart, whatever the order", async (t) => {
  t.same(keys(["/i/A.thrift", "/i/a.thrift", "/i/a"]), ["A", "a$3", "a$2"]);
  t.same(keys(["/i/a", "/i/a.thrift", "/i/A.thrift"]), ["a$2", "a$3", "A"]);
});

t.test("no key means something in an import, or is a file of declarations", async (t) => {
  t.same(keys(["/i/a#b?c%d.thrift", "/i/x.d.thrift", "/i/v1.0.thrift"]), ["a_b_c_d", "x.d_", "v1.0"]);
});

t.test("keys are unique without regard to case, and stay inside", async (t) => {
  const segment = fc.constantFrom("a", "A", "b", "x.d", "c#", "c?", "..", "a.thrift");
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
      fc.uniqueArray(path, { maxLength: 2 }),
      (paths, includeRoots) => {
        const all = [...moduleKeys(paths, { includeRoots }).values()];
        t.equal(new Set(all.map((key) => key.toLowerCase())).size, all.length);
        for (const key of all) if (key.startsWith("..") || key.startsWith("/")) t.fail(`${key} leads outside`);
      },
    ),
    { numRuns: 200 },
  );
});
