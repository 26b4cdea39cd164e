/**
 * Packs the package, looks at what is in it, installs it in a folder of its own with nothing but its dependencies, and there
 * does what a user does: compiles an IDL, loads it at run time, type-checks the example strictly, declarations included, and
 * runs it with Node.
 *
 * Usage: tsx tools/dev/check-pack.ts
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { LICENCES } from "./bundle-command.ts";
import { pack, startRegistry, type Tarball } from "./local-registry.ts";
import { root } from "./repository.ts";
import { runCommand } from "./run-command.ts";

/**
 * A backend library is installed often and read by few: what it may weigh, packed, in bytes. Raise it with a reason. Now: 500 kB
 * for the code and its declarations, 20 kB for the streams' and UDP's parts that came later, 40 kB for the packages that are
 * bundled into the command, 90 kB for the checks
 * of what callers, handlers and peers give and for the compiler's hints.
 */
const MAX_PACKED_BYTES = 700_000;
const BELONGS = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^dist\/(bin|lib|idl)\/.+\.(js|d\.ts)$/,
  new RegExp(`^dist/bin/${LICENCES}$`),
  /^idl\/std\/[^/]+\.thrift$/,
];
const STAYS_HOME = /\.test\.|\.map$/;
const NEEDED = [
  "dist/lib/index.js",
  "dist/lib/schema/codegen-v1.js",
  "dist/idl/index.js",
  "dist/bin/scrimp.js",
  `dist/bin/${LICENCES}`,
  "LICENSE",
  "README.md",
];

/** One line for each file that should not be in the package or is missing from it, and for too much weight. */
export function contentProblems({ files, size }: Tarball): string[] {
  const paths = files.map(({ path }) => path);
  const foreign = paths.filter((path) => STAYS_HOME.test(path) || !BELONGS.some((pattern) => pattern.test(path)));
  const missing = NEEDED.filter((path) => !paths.includes(path));
  return [
    ...foreign.map((path) => `${path}: does not belong into the package`),
    ...missing.map((path) => `${path}: missing from the package`),
    ...(size > MAX_PACKED_BYTES ? [`${size} bytes packed, limit ${MAX_PACKED_BYTES}`] : []),
  ];
}

const CONSUMER = {
  "package.json": { name: "consumer", private: true, type: "module" },
  "tsconfig.json": {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      module: "nodenext",
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedDeclarations: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      rewriteRelativeImportExtensions: true,
      declaration: true,
      skipLibCheck: false,
      rootDir: ".",
      outDir: "out",
    },
    include: ["*.ts", "gen/*.ts"],
  },
};

type Run = (command: string, ...args: readonly string[]) => Promise<string>;

async function judge(path: string): Promise<void> {
  const tool = (script: string, ...args: readonly string[]): Promise<string> =>
    runCommand(root, process.env, process.execPath, join(root, "node_modules", script), ...args);
  await tool("publint/src/cli.js", "--strict", path);
  await tool("@arethetypeswrong/cli/dist/index.js", path, "--profile", "esm-only", "--no-color");
}

async function install(folder: string, run: Run): Promise<void> {
  for (const [name, value] of Object.entries(CONSUMER))
    writeFileSync(join(folder, name), JSON.stringify(value, undefined, 2));
  await run("npm", "install", "--omit=dev", "scrimp");
  for (const name of ["calculator.thrift", "counter.thrift", "server.ts", "client.ts", "consumer.ts"]) {
    cpSync(join(root, "examples/calculator", name), join(folder, name));
  }
}

async function use(run: Run): Promise<void> {
  const { exports } = ourManifest();
  const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  const imports = names.map((name) => `await import(${JSON.stringify(`scrimp${name.slice(1)}`)});`).join("\n");
  const load = `const { loadIdl } = await import("scrimp/idl"); (await loadIdl("calculator.thrift")).service("Calculator");`;
  await run(process.execPath, "--input-type=module", "--eval", `${imports}\n${load}`);
  await run("npx", "--no-install", "scrimp", "--help");
  for (const command of ["check", "format"]) await run("npx", "--no-install", "scrimp", command, "calculator.thrift");
  await run("npx", "--no-install", "scrimp", "compile", "calculator.thrift", "counter.thrift", "--out", "gen");
  await run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  console.log(await run(process.execPath, "out/consumer.js"));
}

function ourManifest(): Record<"devDependencies" | "exports", Record<string, unknown>> {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as ReturnType<typeof ourManifest>;
}

/** What we only develop with must not be needed, and so must not be there when the package is used. */
function strangers(folder: string): string[] {
  return Object.keys(ourManifest().devDependencies)
    .filter((name) => existsSync(join(folder, "node_modules", name)))
    .map((name) => `${name}: installed with the package, which only needs it for development`);
}

async function check(): Promise<string[]> {
  if (!build()) return ["does not compile"];
  const folder = mkdtempSync(join(tmpdir(), "scrimp-pack-"));
  try {
    const tarball = await pack(folder);
    console.log(`${tarball.filename}: ${tarball.files.length} files, ${tarball.size} bytes`);
    const path = join(folder, tarball.filename);
    await judge(path);
    const registry = await startRegistry(path, folder);
    const run: Run = (command, ...args) => runCommand(folder, registry.env, command, ...args);
    await install(folder, run).finally(() => registry.close());
    await use(run);
    return [...contentProblems(tarball), ...strangers(folder)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = await check();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
