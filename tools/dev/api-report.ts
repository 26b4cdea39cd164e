/**
 * The public surface of the package, as its entry points give it: names and signatures go to api/scrimp.api.md, so that every
 * change of them shows in a diff. Fails when that file is out of date, and when a public signature mentions a type that none of the
 * entry points exports. `--write` brings the file up to date.
 *
 * Usage: tsx tools/dev/api-report.ts [--write]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, type ExtractorMessage, type IConfigFile } from "@microsoft/api-extractor";
import { createTwoFilesPatch } from "diff";
import { root } from "./repository.ts";

const REPORT = "scrimp.api.md";
/** Where declarations are made and looked at, below the repository: their imports lead to its packages. */
const SCRATCH = "dist/api";

/** Private to a file, where they are part of a type that has a name. One that is not mentioned any more is taken from the list. */
const DETAILS: readonly string[] = [
  "Annotated",
  "Answer",
  "Any",
  "Defined",
  "Definition",
  "ERRORS",
  "Elements",
  "Given",
  "Maybe",
  "Named",
  "Paint",
  "WARNINGS",
  "WithContext",
];

export interface Surface {
  /** The report as it should be. */
  readonly text: string;
  /** Types that public signatures mention and no entry point exports. */
  readonly unnamed: readonly string[];
}

/** A module's text that exports what all entry points of `exports` export: the main one's names plainly, the others' in a namespace each. */
export function surfaceModule(exports: Readonly<Record<string, unknown>>, sources: string): string {
  return Object.entries(exports)
    .flatMap(([name, target]) => {
      if (name.endsWith(".json")) return [];
      const declarations = (target as { readonly types: string }).types;
      const source = declarations.replace("./dist", sources).replace(/\.d\.ts$/, ".ts");
      return [`export *${name === "." ? "" : ` as ${name.slice(2).replaceAll("/", "_")}`} from "${source}";\n`];
    })
    .join("");
}

/** Compiles the entry points of the package in `folder` to declarations; where they start. */
function emitDeclarations(folder: string): string {
  const scratch = join(folder, SCRATCH);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { exports: object };
  writeFileSync(join(scratch, "surface.ts"), surfaceModule(exports as Record<string, unknown>, "../.."));
  const compilerOptions = {
    rootDir: folder,
    outDir: join(scratch, "out"),
    declaration: true,
    emitDeclarationOnly: true,
    sourceMap: false,
  };
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files: ["surface.ts"] };
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(config));
  const tsc = [join(root, "node_modules/typescript/bin/tsc"), "-p", scratch];
  const { status, stdout } = spawnSync(process.execPath, tsc, { encoding: "utf8" });
  if (status !== 0) throw new Error(`declarations cannot be made\n${stdout}`);
  return join(scratch, "out", SCRATCH, "surface.d.ts");
}

/** api-extractor's bundled TypeScript reads declarations only, whatever version has made them. */
function configOf(folder: string, entry: string): IConfigFile {
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    allowImportingTsExtensions: true,
    noEmit: true,
  };
  return {
    projectFolder: folder,
    mainEntryPointFilePath: entry,
    newlineKind: "lf",
    compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
    apiReport: {
      enabled: true,
      reportFileName: REPORT,
      reportFolder: join(folder, SCRATCH),
      reportTempFolder: join(folder, SCRATCH, "temporary"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      extractorMessageReporting: { "ae-forgotten-export": { logLevel: "warning" as never, addToApiReportFile: false } },
    },
  };
}

/** The surface of the package in `folder`. Throws where it does not compile. */
export function surfaceOf(folder: string): Surface {
  const entry = emitDeclarations(folder);
  const unnamed = new Set<string>();
  const messageCallback = (message: ExtractorMessage): void => {
    message.handled = message.category !== "Compiler";
    if (message.messageId === "ae-forgotten-export")
      unnamed.add(/"(.+?)(?:_\d+)?"/.exec(message.text)?.[1] ?? message.text);
  };
  const configObject = configOf(folder, entry);
  const packageJsonFullPath = join(folder, "package.json");
  const config = ExtractorConfig.prepare({ configObject, configObjectFullPath: undefined, packageJsonFullPath });
  const { errorCount } = Extractor.invoke(config, { localBuild: true, messageCallback });
  if (errorCount > 0) throw new Error("api-extractor could not read the declarations");
  return { text: readFileSync(join(folder, SCRATCH, REPORT), "utf8"), unnamed: [...unnamed].sort() };
}

function problemsOf({ text, unnamed }: Surface, path: string, write: boolean): string[] {
  const stated = readFileSync(path, { encoding: "utf8", flag: "a+" });
  if (write && stated !== text) writeFileSync(path, text);
  const name = relative(root, path);
  return [
    ...unnamed
      .filter((type) => !DETAILS.includes(type))
      .map((type) => `${type}: mentioned in public, exported nowhere`),
    ...DETAILS.filter((type) => !unnamed.includes(type)).map((type) => `${type}: no longer mentioned in public`),
    ...(write || stated === text
      ? []
      : [
          `${createTwoFilesPatch(name, name, stated, text)}\nthe public surface has changed; npm run generate writes it`,
        ]),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = problemsOf(surfaceOf(root), join(root, "api", REPORT), process.argv.includes("--write"));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
