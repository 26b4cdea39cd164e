import t from "tap";
import { checkImports } from "../../../tools/dev/check-imports.ts";
import { root } from "../../helpers/shared.ts";

const from = (specifier: string): string => `import { x } from "${specifier}";\n`;

t.test("finds nothing to forbid in this repository", async (t) => {
  t.same(checkImports(root), []);
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
      "errors.ts": from("./wire/bytes.ts"),
      unheard: { "a.ts": from("../wire/bytes.ts") },
    },
    idl: { typescript: { "a.ts": from("../../lib/connection/connection.ts") } },
  });
  t.same(checkImports(folder).sort(), [
    "idl/typescript/a.ts: idl must not import lib/connection",
    "lib/client/a.ts: lib/client must not import lib/server",
    "lib/errors.ts: lib/errors must not import lib/wire",
    "lib/server/a.ts: lib/server must not import lib/client",
    "lib/unheard/a.ts: lib/unheard must not import lib/wire",
  ]);
});

t.test("allows the runtime one package, and sockets only to the transports", async (t) => {
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
      client: { "a.ts": from("../errors.ts") + from("../connection/x.ts") + from("./b.ts") },
    },
    idl: { "a.ts": from("../lib/schema/schema.ts") },
  });
  t.same(checkImports(folder), []);
});
