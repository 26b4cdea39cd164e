/** Generated code in a bundle: with esbuild's defaults, which are a browser's, and in a realm that has nothing of Node. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { buildSync } from "esbuild";
import t from "tap";
import { generate } from "../../../idl/typescript/generator.ts";
import { load } from "../../helpers/idl.ts";

const IDL = {
  "main.thrift": `include "shared.thrift"
enum Color { RED = 1, BLUE = 2 }
const map<string, shared.Point> CORNERS = { "top": { "x": 1 } }
union Shape { 1: shared.Point dot; 2: binary bitmap }
service Canvas {
  shared.Point move(1: shared.Point to, 2: Color color = Color.BLUE) throws (1: shared.OffCanvas off)
  oneway void clear()
}`,
  "shared.thrift": `struct Point { 1: required i32 x; 2: i64 y = 7 }
exception OffCanvas { 1: string message }`,
};

const APP = `import { Canvas, Color, CORNERS, type Shape } from "./main.js";
import { OffCanvas, Point } from "./shared.js";
const dot: Shape = { dot: { x: 3, y: 4n } };
export const seen: unknown = [
  Color.BLUE, CORNERS.get("top")?.y, Canvas.name, Point.name, dot, new OffCanvas({ message: "out" }).message,
];
`;

t.test("needs no setting of esbuild, nothing of Node, and little room", (t) => {
  const folder = t.testdir({ "app.ts": APP });
  for (const { path, text } of generate(load(IDL).program)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(folder, "app.ts")],
    bundle: true,
    write: false,
    metafile: true,
    format: "iife",
    globalName: "app",
    logLevel: "silent",
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  t.same(
    imports.filter(({ path }) => path.startsWith("node:")),
    [],
  );
  const [{ text = "" } = {}] = outputFiles;
  const seen = runInContext(`${text}\napp.seen`, createContext());
  t.equal(
    JSON.stringify(seen, (_key, value) => (typeof value === "bigint" ? `${value}n` : value)),
    JSON.stringify([2, "7n", "Canvas", "Point", { dot: { x: 3, y: "4n" } }, "out"]),
  );
  t.ok(text.length < 40_000, `${text.length} characters`);
  t.end();
});
