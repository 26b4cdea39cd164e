/**
 * Fails when a file imports from a layer that its own layer may not see, when lib/ imports a package that it may not have, and
 * when files import one another in a circle, if only by their types. The table is the architecture; change it only with a
 * decision in docs/decisions/.
 *
 * Usage: tsx tools/dev/check-imports.ts [FOLDER]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { importCircles } from "./import-circles.ts";
import { root } from "./repository.ts";

/** Seen by all. */
const WORLD = ["lib/errors", "lib/options", "lib/platform", "lib/user-values"];

const BELOW_CONNECTION = ["queue", "observe", "framing", "transport", "codec", "schema", "protocol", "wire"].map(
  (layer) => `lib/${layer}`,
);
const BELOW_MESSAGE = ["lib/packed", "lib/call", "lib/stream", "lib/connection", ...BELOW_CONNECTION];
const BELOW_SESSION = ["lib/message", ...BELOW_MESSAGE];
/** Protocol families: none knows another. */
const FAMILIES = ["lib/session/thrift", "lib/session/rocket", "lib/session/datagram", "lib/session/http"];

/** The compiler's rooms on the way to a checked program, lowest first: each sees those before it. */
const READING = ["source", "syntax", "parser", "program", "files", "names", "values", "check"].map(
  (room) => `idl/${room}`,
);
/** What each use of a program may see. */
const BELOW_SCHEMA = [...READING, "lib/schema"];

/** Each layer, lowest first, and the layers that it may import besides itself and, unless it is of the WORLD, all of that. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/options": ["lib/errors"],
  "lib/wire": [],
  "lib/protocol": ["lib/wire"],
  "lib/schema": ["lib/protocol"],
  "lib/codec": ["lib/schema", "lib/protocol", "lib/wire"],
  "lib/queue": [],
  "lib/observe": ["lib/schema"],
  "lib/framing": ["lib/protocol", "lib/wire"],
  "lib/transport": [],
  "lib/connection": BELOW_CONNECTION,
  "lib/stream": ["lib/connection", ...BELOW_CONNECTION],
  "lib/call": ["lib/stream", "lib/connection", ...BELOW_CONNECTION],
  "lib/packed": ["lib/call", "lib/schema"],
  "lib/message": BELOW_MESSAGE,
  "lib/session": BELOW_SESSION,
  ...Object.fromEntries(FAMILIES.map((family) => [family, ["lib/session", ...BELOW_SESSION]])),
  "lib/client": [...FAMILIES, "lib/session", ...BELOW_SESSION],
  "lib/server": [...FAMILIES, "lib/session", ...BELOW_SESSION],
  "lib/services": ["lib/server", "lib/schema"],
  ...Object.fromEntries(READING.map((room, i) => [room, READING.slice(0, i)])),
  "idl/schema": BELOW_SCHEMA,
  "idl/load": ["idl/schema", ...BELOW_SCHEMA],
  "idl/compatibility": ["idl/schema", ...BELOW_SCHEMA],
  "idl/formatter": ["idl/parser", "idl/syntax", "idl/source"],
  "idl/typescript": ["idl/schema", ...BELOW_SCHEMA],
};
/** What shows the layers to programs. */
const PUBLIC = ["lib/index", "lib/public", "idl/index"];
/** The only packages that are installed with ours; sockets belong to the transports. */
const PACKAGES: Readonly<Record<"lib" | "idl", readonly string[]>> = { lib: ["msgpackr"], idl: [] };
const SOCKETS = /^node:(net|tls|dgram|http2?|https)$/;
/** Statements at the start of a line, over several lines or not, and calls of `import`; not what stands in a string. */
const IMPORT = /(?:^(?:import|export)\b[^"';=()]*\bfrom\s*|^import\s*|\bimport\(\s*)"([^"]+)"/gm;

/** Where the table applies, and where circles are looked for. */
const LAYERED = ["lib", "idl"];
const CIRCLE_FREE = [...LAYERED, "bench", "test", "tools", "examples"];

function layerOf(path: string): string {
  const [top = "", second = "", third = ""] = path.replace(/\.ts$/, "").split("/");
  const family = `lib/session/${third}`;
  if (top === "lib" && second === "session" && FAMILIES.includes(family)) return family;
  return `${top}/${second}`;
}

function problemOf(file: string, specifier: string): string | undefined {
  const layer = layerOf(file);
  if (specifier.startsWith(".")) {
    const target = layerOf(posix.join(posix.dirname(file), specifier));
    const allowed =
      PUBLIC.includes(layer) ||
      target === layer ||
      (WORLD.includes(target) && !WORLD.includes(layer)) ||
      MAY_IMPORT[layer]?.includes(target) === true;
    return allowed ? undefined : `${layer} must not import ${target}`;
  }
  if (layer.startsWith("lib/") && SOCKETS.test(specifier))
    return layer === "lib/transport" || layer === "lib/platform" ? undefined : `${specifier} belongs to lib/transport`;
  const top = layer.startsWith("idl/") ? "idl" : "lib";
  return specifier.startsWith("node:") || PACKAGES[top].includes(specifier)
    ? undefined
    : `${top} must not import the package ${specifier}`;
}

/** Every source file below `tops`, relative to `folder`. */
function sourcesBelow(folder: string, tops: readonly string[]): string[] {
  return tops
    .filter((top) => existsSync(join(folder, top)))
    .flatMap((top) =>
      readdirSync(join(folder, top), { recursive: true, encoding: "utf8" }).map((path) => posix.join(top, path)),
    )
    .filter((file) => file.endsWith(".ts"));
}

function importsOf(folder: string, file: string): string[] {
  return [...readFileSync(join(folder, file), "utf8").matchAll(IMPORT)].map(([, specifier = ""]) => specifier);
}

/** One line for each import below `folder` that the table forbids. */
export function checkImports(folder: string): string[] {
  return sourcesBelow(folder, LAYERED).flatMap((file) =>
    importsOf(folder, file)
      .map((specifier) => problemOf(file, specifier))
      .flatMap((problem) => (problem === undefined ? [] : [`${file}: ${problem}`])),
  );
}

/** One line for each circle of files below `folder`. */
export function checkCircles(folder: string): string[] {
  const files = new Set(sourcesBelow(folder, CIRCLE_FREE));
  const targets = (file: string): string[] =>
    importsOf(folder, file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => posix.join(posix.dirname(file), specifier))
      .filter((target) => files.has(target));
  return importCircles(new Map([...files].map((file) => [file, targets(file)]))).map((circle) => `circle: ${circle}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? root;
  const problems = [...checkImports(folder), ...checkCircles(folder)];
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
