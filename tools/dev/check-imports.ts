/**
 * Fails when a file imports from a layer that its own layer may not see, or lib/ a package that it may not have.
 * The table is the architecture; change it only with a decision in docs/decisions/.
 *
 * Usage: tsx tools/dev/check-imports.ts [FOLDER]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./repository.ts";

/** Seen by all. */
const WORLD = ["lib/errors", "lib/options", "lib/platform", "lib/diagnostics"];

const BELOW_CONNECTION = ["framing", "transport", "call", "codec", "schema", "protocol", "wire"].map(
  (layer) => `lib/${layer}`,
);

/** Each layer, lowest first, and the layers that it may import besides itself and, unless it is of the WORLD, all of that. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/options": ["lib/errors"],
  "lib/wire": [],
  "lib/protocol": ["lib/wire"],
  "lib/schema": ["lib/protocol"],
  "lib/codec": ["lib/schema", "lib/protocol", "lib/wire"],
  "lib/framing": ["lib/protocol", "lib/wire"],
  "lib/transport": [],
  "lib/call": ["lib/schema"],
  "lib/connection": BELOW_CONNECTION,
  "lib/client": ["lib/connection", ...BELOW_CONNECTION],
  "lib/server": ["lib/connection", ...BELOW_CONNECTION],
  "lib/services": ["lib/server", "lib/schema"],
  idl: ["lib/schema", "lib/protocol"],
};
/** The only package that the runtime may import; sockets belong to the transports. */
const PACKAGES = ["msgpackr"];
const SOCKETS = /^node:(net|tls|dgram|http2?|https)$/;
/** Statements at the start of a line, over several lines or not, and calls of `import`; not what stands in a string. */
const IMPORT = /(?:^(?:import|export)\b[^"';=()]*\bfrom\s*|^import\s*|\bimport\()"([^"]+)"/gm;

function layerOf(path: string): string {
  const [top = "", second = ""] = path.replace(/\.ts$/, "").split("/");
  return top === "lib" ? `${top}/${second}` : top;
}

function problemOf(file: string, specifier: string): string | undefined {
  const layer = layerOf(file);
  if (specifier.startsWith(".")) {
    const target = layerOf(posix.join(posix.dirname(file), specifier));
    const allowed =
      layer === "lib/index" ||
      target === layer ||
      (WORLD.includes(target) && !WORLD.includes(layer)) ||
      MAY_IMPORT[layer]?.includes(target) === true;
    return allowed ? undefined : `${layer} must not import ${target}`;
  }
  if (!layer.startsWith("lib/")) return undefined;
  if (SOCKETS.test(specifier))
    return layer === "lib/transport" || layer === "lib/platform" ? undefined : `${specifier} belongs to lib/transport`;
  return specifier.startsWith("node:") || PACKAGES.includes(specifier)
    ? undefined
    : `lib must not import the package ${specifier}`;
}

/** One line for each import below `folder` that the table forbids. */
export function checkImports(folder: string): string[] {
  return ["lib", "idl"]
    .filter((top) => existsSync(join(folder, top)))
    .flatMap((top) =>
      readdirSync(join(folder, top), { recursive: true, encoding: "utf8" }).map((path) => posix.join(top, path)),
    )
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const imports = [...readFileSync(join(folder, file), "utf8").matchAll(IMPORT)];
      return imports
        .map(([, specifier = ""]) => problemOf(file, specifier))
        .flatMap((problem) => (problem === undefined ? [] : [`${file}: ${problem}`]));
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(process.argv[2] ?? root);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
