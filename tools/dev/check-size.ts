/**
 * What programs load with this package, minified and gzipped, msgpackr included: prints it, and fails beyond a budget. Parts that
 * are imported when they are needed do not count.
 *
 * Usage: tsx tools/dev/check-size.ts
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildResult, build, type OutputFile } from "esbuild";
import { root } from "./repository.ts";

interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

interface Program {
  readonly title: string;
  /** Resolved from the repository's root. */
  readonly text: string;
  /** Bytes, gzipped: a little above what it is. Raise it with a reason. */
  readonly budget: number;
}

const PROGRAMS: readonly Program[] = [
  {
    title: 'import { connect, serve } from "scrimp", in Node',
    // Node loads everything that a module imports, used or not.
    text: 'export * from "./lib/index.ts";',
    budget: 76_000,
  },
  {
    title: "client and server, bundled",
    text: 'export { connect, createClient, serve, tcp } from "./lib/index.ts";',
    budget: 74_000,
  },
  {
    title: "client, bundled",
    text: 'export { connect, createClient } from "./lib/index.ts";',
    budget: 60_000,
  },
  {
    title: 'client that has dialed with protocol "framed"',
    text: 'export { connect, createClient } from "./lib/index.ts"; export * from "./lib/session/thrift/client-opener.ts";',
    budget: 70_000,
  },
  {
    title: 'client that has dialed with protocol "rocket"',
    text: 'export { connect, createClient } from "./lib/index.ts"; export * from "./lib/session/rocket/client-opener.ts";',
    budget: 83_000,
  },
];

/** What Node loads before the first line of `text` runs. */
export async function sizeOf(text: string, folder: string): Promise<Size> {
  const result = await build({
    stdin: { contents: text, resolveDir: folder, loader: "ts" },
    absWorkingDir: folder,
    outdir: "out",
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  const loaded = loadedAtOnce(result, folder);
  const bytes = (size: (file: OutputFile) => number): number => loaded.reduce((sum, file) => sum + size(file), 0);
  return {
    minified: bytes(({ contents }) => contents.length),
    gzipped: bytes(({ contents }) => gzipSync(contents).length),
  };
}

/** The entry and all that it imports, and they, other than by calls of `import`. */
function loadedAtOnce(
  { metafile, outputFiles }: BuildResult<{ write: false; metafile: true }>,
  folder: string,
): OutputFile[] {
  const { outputs } = metafile;
  const loaded = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === "<stdin>"));
  for (const path of loaded) {
    for (const { path: target, kind } of outputs[path]?.imports ?? [])
      if (kind !== "dynamic-import" && outputs[target] !== undefined) loaded.add(target);
  }
  return outputFiles.filter(({ path }) => loaded.has(relative(folder, path)));
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

async function check({ title, text, budget }: Program): Promise<boolean> {
  const { minified, gzipped } = await sizeOf(text, root);
  const verdict = gzipped <= budget ? "" : ": TOO BIG";
  console.log(`${title}: ${kilobytes(minified)}, gzipped ${kilobytes(gzipped)} of ${kilobytes(budget)}${verdict}`);
  return gzipped <= budget;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const program of PROGRAMS) if (!(await check(program))) process.exitCode = 1;
}
