import t from "tap";
import { checkCircles, checkImports } from "../../../tools/dev/check-imports.ts";
import { root } from "../../helpers/shared.ts";

const from = (specifier: string): string => `import { x } from "${specifier}";\n`;

t.test("finds nothing to forbid in this repository", async (t) => {
  t.same(checkImports(root), []);
  t.same(checkCircles(root), []);
});

t.test("forbids an import against the direction, in every form", async (t) => {
  const folder = t.testdir({
    lib: {
      wire: {
        "a.ts": from("../client/client.ts"),
        "b.ts": 'export type { C } from "../client/client.ts";\n',
        "c.ts": 'const c = await import("../client/client.ts");\n',
        "d.ts": 'import "../client/client.ts";\n',
        "e.ts": 'import {\n  x,\n} from "../client/client.ts";\n',
      },
    },
  });
  t.same(
    checkImports(folder).sort(),
    ["a", "b", "c", "d", "e"].map((name) => `lib/wire/${name}.ts: lib/wire must not import lib/client`),
  );
});

t.test("keeps client and server apart, the compiler off the sockets, and the world free of layers", async (t) => {
  const folder = t.testdir({
    lib: {
      client: { "a.ts": from("../server/server.ts") },
      server: { "a.ts": from("../client/client.ts") },
      errors: { "errors.ts": from("../wire/bytes.ts") },
      unheard: { "a.ts": from("../wire/bytes.ts") },
    },
    idl: { typescript: { "a.ts": from("../../lib/connection/connection.ts") } },
  });
  t.same(checkImports(folder).sort(), [
    "idl/typescript/a.ts: idl/typescript must not import lib/connection",
    "lib/client/a.ts: lib/client must not import lib/server",
    "lib/errors/errors.ts: lib/errors must not import lib/wire",
    "lib/server/a.ts: lib/server must not import lib/client",
    "lib/unheard/a.ts: lib/unheard must not import lib/wire",
  ]);
});

t.test("keeps protocol families from knowing one another, and calls from knowing families", async (t) => {
  const folder = t.testdir({
    lib: {
      session: { thrift: { "a.ts": from("../rocket/b.ts") + from("../session.ts") }, "a.ts": from("./http/b.ts") },
      call: { "a.ts": from("../session/session.ts") },
      connection: { "a.ts": from("../call/call.ts") },
    },
  });
  t.same(checkImports(folder).sort(), [
    "lib/call/a.ts: lib/call must not import lib/session",
    "lib/connection/a.ts: lib/connection must not import lib/call",
    "lib/session/a.ts: lib/session must not import lib/session/http",
    "lib/session/thrift/a.ts: lib/session/thrift must not import lib/session/rocket",
  ]);
});

t.test("keeps the compiler's rooms in their order, and TypeScript above them all", async (t) => {
  const folder = t.testdir({
    idl: {
      syntax: { "a.ts": from("../parser/b.ts") + from("../source/b.ts") },
      check: { rules: { "a.ts": from("../../values/b.ts") + from("../../schema/b.ts") } },
      schema: { "a.ts": from("../typescript/b.ts") },
      typescript: { "a.ts": from("../load/b.ts") },
    },
  });
  t.same(checkImports(folder).sort(), [
    "idl/check/rules/a.ts: idl/check must not import idl/schema",
    "idl/schema/a.ts: idl/schema must not import idl/typescript",
    "idl/syntax/a.ts: idl/syntax must not import idl/parser",
    "idl/typescript/a.ts: idl/typescript must not import idl/load",
  ]);
});

t.test("allows the runtime one package, the compiler none, and sockets only to the transports", async (t) => {
  const folder = t.testdir({
    lib: {
      codec: {
        "a.ts": from("msgpackr"),
        "b.ts": from("picocolors"),
        "c.ts": from("node:net"),
        "d.ts": from("node:util"),
      },
      transport: { "tcp.ts": from("node:net") },
    },
    idl: { "main.ts": from("picocolors") },
  });
  t.same(checkImports(folder).sort(), [
    "idl/main.ts: idl must not import the package picocolors",
    "lib/codec/b.ts: lib must not import the package picocolors",
    "lib/codec/c.ts: node:net belongs to lib/transport",
  ]);
});

t.test("takes what stands in a string for no import", async (t) => {
  const folder = t.testdir({
    lib: { codec: { "a.ts": `const text = 'import { x } from "picocolors";';\nexport const from = "left-pad";\n` } },
  });
  t.same(checkImports(folder), []);
});

t.test("allows what the table allows", async (t) => {
  const folder = t.testdir({
    lib: {
      "index.ts": from("./client/client.ts"),
      client: { "a.ts": from("../errors/errors.ts") + from("../connection/x.ts") + from("./b.ts") },
    },
    idl: {
      "index.ts": from("./typescript/a.ts"),
      typescript: { "a.ts": from("../../lib/schema/schema.ts") + from("../check/rules/a.ts") },
    },
  });
  t.same(checkImports(folder), []);
});

t.test("finds circles of any length, whatever form their imports have", async (t) => {
  const folder = t.testdir({
    lib: {
      "two-a.ts": from("./two-b.ts"),
      "two-b.ts": from("./two-a.ts"),
      "self.ts": from("./self.ts"),
    },
    idl: {
      "a.ts": 'import type { B } from "./b/b.ts";\n',
      b: { "b.ts": 'export * from "../c.ts";\n' },
      "c.ts": 'const a = await import(\n  "./a.ts"\n);\n',
    },
    bench: {
      "a.ts": 'export type { B } from "./b.ts";\n',
      "b.ts": 'import "./c.ts";\n',
      "c.ts": 'import {\n  type D,\n} from "./d.ts";\n',
      "d.ts": 'export type A = import("./a.ts").A;\n',
    },
    test: { "a.ts": from("../tools/a.ts") },
    tools: { "a.ts": from("../test/a.ts") },
  });
  t.same(checkCircles(folder), [
    "circle: bench/a.ts → bench/b.ts → bench/c.ts → bench/d.ts → bench/a.ts",
    "circle: idl/a.ts → idl/b/b.ts → idl/c.ts → idl/a.ts",
    "circle: lib/self.ts → lib/self.ts",
    "circle: lib/two-a.ts → lib/two-b.ts → lib/two-a.ts",
    "circle: test/a.ts → tools/a.ts → test/a.ts",
  ]);
});

t.test("names every circle where several share files", async (t) => {
  const folder = t.testdir({
    lib: { "a.ts": from("./b.ts"), "b.ts": from("./a.ts") + from("./c.ts"), "c.ts": from("./a.ts") },
  });
  t.same(checkCircles(folder), [
    "circle: lib/a.ts → lib/b.ts → lib/a.ts",
    "circle: lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts",
  ]);
});

t.test("takes a chain, a diamond and a missing file for no circle", async (t) => {
  const folder = t.testdir({
    lib: {
      "a.ts": from("./b.ts") + from("./c.ts"),
      "b.ts": from("./d.ts"),
      "c.ts": from("./d.ts"),
      "d.ts": from("./gone.ts") + from("node:util"),
    },
  });
  t.same(checkCircles(folder), []);
});
