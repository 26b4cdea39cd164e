/**
 * The command `scrimp` in few files, with the packages that only it needs, and their licences beside it: whoever installs the
 * runtime does not install what the command is made of. Node also takes longer to find and load a hundred modules than to
 * compile a small IDL: case `idl/hive-metastore`.
 */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type Metafile } from "esbuild";
import { root } from "./repository.ts";

/** Where the licences of the bundled packages stand, in the folder of the command. */
export const LICENCES = "LICENSES.txt";

/** CommonJS packages ask for Node's own modules by `require`, which modules do not have. */
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Writes the command into `folder`. What the package depends on is not bundled. */
export function bundleCommand(folder: string): void {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: { scrimp: join(root, "tools/main.ts") },
    outdir: folder,
    bundle: true,
    // Names stay, for the traces that people send.
    minifyWhitespace: true,
    minifySyntax: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: Object.keys(manifestOf(root).dependencies ?? {}),
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: "warning",
  });
  chmodSync(join(folder, "scrimp.js"), 0o755);
  writeFileSync(join(folder, LICENCES), licenceText(bundledPackages(metafile)));
}

/** Paths of the packages' folders, relative to the clone. */
export function bundledPackages({ inputs }: Pick<Metafile, "inputs">): string[] {
  const folders = Object.keys(inputs).flatMap((path) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function licenceText(packages: readonly string[]): string {
  const parts = packages.map((path) => {
    const folder = join(root, path);
    const { name, version, license } = manifestOf(folder);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without a licence file; what is bundled must have one`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return ["The command scrimp contains these packages.\n", ...parts].join(`\n${"-".repeat(80)}\n\n`);
}
