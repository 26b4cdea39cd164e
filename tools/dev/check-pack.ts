/**
 * Packs the package, looks at what is in it, installs it in a folder of its own with nothing but its dependencies, and there
 * does what a user does: compiles an IDL, type-checks the example strictly, declarations included, and runs it with Node.
 *
 * Usage: tsx tools/dev/check-pack.ts
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { root } from "./repository.ts";

interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * A backend library is installed often and read by few: what it may weigh, packed, in bytes. Raise it with a reason. Now: 500 kB
 * for the code and its declarations, and 20 kB for the streams' and UDP's parts that came after that was set.
 */
const MAX_PACKED_BYTES = 560_000;
const BELONGS = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^dist\/(bin|lib|idl)\/.+\.(js|d\.ts)$/,
  /^idl\/std\/[^/]+\.thrift$/,
];
const STAYS_HOME = /\.test\.|\.map$/;
const NEEDED = [
  "dist/lib/index.js",
  "dist/lib/schema/codegen-v1.js",
  "dist/idl/index.js",
  "dist/bin/scrimp.js",
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

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

function tool(script: string, ...args: string[]): string {
  return run(root, process.execPath, join(root, "node_modules", script), ...args);
}

function install(folder: string, tarball: string): void {
  for (const [name, value] of Object.entries(CONSUMER))
    writeFileSync(join(folder, name), JSON.stringify(value, undefined, 2));
  run(folder, "npm", "install", "--no-audit", "--no-fund", "--omit=dev", tarball);
  for (const name of ["calculator.thrift", "counter.thrift", "server.ts", "client.ts", "consumer.ts"]) {
    cpSync(join(root, "examples/calculator", name), join(folder, name));
  }
}

function use(folder: string): void {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, unknown>;
  };
  const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  const imports = names.map((name) => `await import(${JSON.stringify(`scrimp${name.slice(1)}`)});`).join("\n");
  run(folder, process.execPath, "--input-type=module", "--eval", imports);
  run(folder, "npx", "--no-install", "scrimp", "--help");
  run(folder, "npx", "--no-install", "scrimp", "compile", "calculator.thrift", "counter.thrift", "--out", "gen");
  run(folder, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  console.log(run(folder, process.execPath, "out/consumer.js"));
}

function check(): string[] {
  if (!build()) return ["does not compile"];
  const folder = mkdtempSync(join(tmpdir(), "scrimp-pack-"));
  try {
    const [tarball] = JSON.parse(
      run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder),
    ) as Tarball[];
    if (tarball === undefined) return ["npm pack made nothing"];
    console.log(`${tarball.filename}: ${tarball.files.length} files, ${tarball.size} bytes`);
    const path = join(folder, tarball.filename);
    tool("publint/src/cli.js", "--strict", path);
    tool("@arethetypeswrong/cli/dist/index.js", path, "--profile", "esm-only", "--no-color");
    const problems = contentProblems(tarball);
    install(folder, path);
    use(folder);
    return problems;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = check();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
