/** Builds the native programs where their compilers and libraries are; says by name what is missing where they are not. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Skipped } from "../case.ts";
import { benchFolder, root } from "../root.ts";

const run = promisify(execFile);

const out: string = join(root, "dist/bench-native");

/** Paths of built programs; several contenders ask for the same one at once. */
const built = new Map<string, Promise<string>>();

/** The load program. Throws `Skipped` where there is no C compiler. */
export function loadProgram(): Promise<string> {
  return once("load", buildLoad);
}

/** The C++ server. Throws `Skipped` where Debian's thrift-compiler, libthrift-dev or g++ is not installed. */
export function threadedServer(): Promise<string> {
  return once("threaded-server", buildThreadedServer);
}

function once(name: string, build: () => Promise<string>): Promise<string> {
  mkdirSync(out, { recursive: true });
  const program = built.get(name) ?? build();
  built.set(name, program);
  return program;
}

async function buildLoad(): Promise<string> {
  const source = join(benchFolder, "native/load.c");
  const program = join(out, "load");
  if (isNewer(program, source)) return program;
  await require("cc", ["--version"], "no C compiler (cc)");
  await run("cc", ["-O2", "-Wall", "-o", program, source]);
  return program;
}

async function buildThreadedServer(): Promise<string> {
  const source = join(benchFolder, "native/threaded-server.cpp");
  const schema = join(benchFolder, "schema/bench.thrift");
  const program = join(out, "threaded-server");
  if (isNewer(program, source) && isNewer(program, schema)) return program;
  await require("g++", ["--version"], "no C++ compiler (g++)");
  await require("thrift", ["--version"], "no thrift compiler (Debian: thrift-compiler)");
  if (!existsSync("/usr/include/thrift/server/TThreadedServer.h"))
    throw new Skipped("no C++ Thrift library (Debian: libthrift-dev)");
  await run("thrift", ["--gen", "cpp:no_skeleton", "-out", out, schema]);
  const generated = ["Echo.cpp", "bench_types.cpp"].map((file) => join(out, file));
  await run("g++", ["-O2", "-std=c++17", `-I${out}`, "-o", program, source, ...generated, "-lthrift", "-pthread"]);
  return program;
}

function isNewer(program: string, source: string): boolean {
  return existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs;
}

async function require(command: string, args: readonly string[], missing: string): Promise<void> {
  await run(command, args).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Skipped(missing) : error;
  });
}
