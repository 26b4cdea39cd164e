#!/usr/bin/env node
/**
 * The command `scrimp`: its table of commands, help, and exit codes. Each command lives in a file of its own that is loaded
 * when it is asked for.
 */
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, Option } from "commander";
import { ThriftError } from "../lib/errors/errors.ts";
import { EXIT, type Options, type Run, type Surroundings } from "./command.ts";
import { Output } from "./output.ts";

export { EXIT, type Run, type Surroundings } from "./command.ts";

interface CommandEntry {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options: readonly Option[];
  readonly load: () => Promise<Run>;
}

const EXIT_CODES = `Exit codes:
  0 ok · 1 findings (or a declared exception) · 2 usage · 3 IDL or config error · 4 cannot connect
  5 deadline · 6 protocol error · 7 server's application error · 8 threshold failed · 130 interrupted`;

const includeOption = new Option(
  "-I, --include <dir>",
  "folder to search for included files, after the including file's own; may be repeated",
).argParser(collect);
const formatOption = new Option("--format <format>", "how diagnostics are printed")
  .choices(["text", "json", "github"])
  .default("text");
const configOption = new Option("--config <file>", "project file; default: the nearest scrimp.config.json");

const COMMANDS: readonly CommandEntry[] = [
  {
    name: "compile",
    arguments: "[files...]",
    summary: "turn Thrift IDL into TypeScript",
    examples: [
      "scrimp compile calculator.thrift --out gen",
      "scrimp compile idl -I vendor/idl --out src/gen --watch    # a folder: all .thrift files in it",
      "scrimp compile --check    # files and out from scrimp.config.json; exit 1 if gen is stale",
    ],
    options: [
      new Option("-o, --out <dir>", "folder for the output"),
      includeOption,
      new Option(
        "--root <dir>",
        "folder of the IDL that maps to the output folder; default: the deepest one that holds all files",
      ),
      new Option("--import-extension <ext>", "how generated files import one another").choices([".js", ".ts", "none"]),
      new Option(
        "--codec <how>",
        "write codecs at build time too, for processes that forbid code generation from strings",
      ).choices(["module"]),
      new Option("--docs", "keep doc comments in the embedded schema, for reflection"),
      new Option("--check", "write nothing; exit 1 if the output on disk is not what would be written"),
      new Option("--watch", "compile again when a file or one of its includes changes"),
      formatOption,
      configOption,
    ],
    load: async () => (await import("./compile.ts")).compile,
  },
  {
    name: "check",
    arguments: "[files...]",
    summary: "say whether Thrift IDL is valid, and what is wrong with it",
    examples: [
      "scrimp check calculator.thrift",
      "scrimp check idl/*.thrift -I vendor/idl --format json",
      "scrimp check --format github    # files from scrimp.config.json, findings beside the changed lines",
    ],
    options: [
      new Option("--lint", "apply every lint rule, not only the standard ones"),
      includeOption,
      formatOption,
      configOption,
    ],
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "format",
    arguments: "[files...]",
    summary: "lay out Thrift IDL, in place; without files, stdin to stdout",
    examples: [
      "scrimp format idl",
      "scrimp format --check idl    # exit 1 and the names of the files that are not laid out",
      "scrimp format --diff calculator.thrift",
    ],
    options: [
      new Option("--check", "write nothing; print the files that would change, and exit 1 if there are any"),
      new Option("--diff", "write nothing; print what would change as a patch"),
    ],
    load: async () => (await import("./format.ts")).format,
  },
  {
    name: "breaking",
    arguments: "[files...]",
    summary: "say what a new version of Thrift IDL breaks for users of the old one",
    examples: [
      "scrimp breaking old/calculator.thrift calculator.thrift",
      "scrimp breaking idl/*.thrift --against origin/main",
      "scrimp breaking --against v1.4 --for wire    # files from scrimp.config.json",
    ],
    options: [
      new Option("--against <commit>", "compare the files with what they were in a commit of git"),
      new Option("--for <parts...>", "what must not break; default: all").choices(["wire", "json", "source"]),
      includeOption,
      formatOption,
      configOption,
    ],
    load: async () => (await import("./breaking.ts")).breaking,
  },
];

/** Runs one command line, without the program's own name, and returns the exit code. Throws only what is a mistake of this program. */
export async function main(argv: readonly string[], around: Surroundings): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(around, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return failure(error, around);
  }
}

function createProgram(around: Surroundings, done: (code: number) => void): Command {
  const program = new Command("scrimp")
    .description("Thrift RPC: compile IDL to TypeScript")
    .option("-V, --version", "print the version")
    .on("option:version", () => {
      around.stdout.write(`${version()}\n`);
      throw new CommanderError(0, "commander.version", "the version was printed");
    })
    .option("-q, --quiet", "print results and errors only")
    .addOption(new Option("--color <when>", "colour on stderr").choices(["auto", "always", "never"]).default("auto"))
    .addHelpText("before", examples(COMMANDS.flatMap((command) => command.examples.slice(0, 1))))
    .addHelpText("after", `\n${EXIT_CODES}`)
    .configureOutput({ writeOut: (text) => around.stdout.write(text), writeErr: (text) => around.stderr.write(text) })
    .exitOverride();
  for (const entry of COMMANDS) addCommand(program, entry, around, done);
  return program;
}

function addCommand(program: Command, entry: CommandEntry, around: Surroundings, done: (code: number) => void): void {
  const command = program.command(`${entry.name} ${entry.arguments}`).summary(entry.summary).description(entry.summary);
  command
    .option("-q, --quiet", "print results and errors only")
    .addHelpText("before", examples(entry.examples))
    .addHelpText("after", `\n${EXIT_CODES}`);
  for (const option of entry.options) command.addOption(option);
  command.action(async (args: string[], options: Options) => {
    const all = { ...program.opts(), ...options };
    const output = new Output({ ...around, quiet: all.quiet === true, color: all.color as "auto" });
    if (hasEmpty(args) || hasEmpty(Object.values(all))) {
      output.error("error: an argument or option is empty text: is a variable unset?");
      return done(EXIT.usage);
    }
    const run = await entry.load();
    done(await run(args, all, output, around));
  });
}

/** An empty path would mean the working directory, and everything in it. */
function hasEmpty(values: readonly unknown[]): boolean {
  return values.some((value) => (Array.isArray(value) ? hasEmpty(value) : value === ""));
}

function examples(lines: readonly string[]): string {
  return `Examples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}

function failure(error: unknown, around: Surroundings): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ThriftError && error.code === "CONFIGURATION") {
    around.stderr.write(`error: ${error.message}\n`);
    return EXIT.idl;
  }
  if (isSystemError(error)) {
    around.stderr.write(`error: ${error.message}\n`);
    return EXIT.usage;
  }
  throw error;
}

/** A file or folder that is not what the command needs: Node's message names it and says why. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** Read when it is asked for: the package finds itself by its name, wherever this file was put. */
function version(): string {
  return (createRequire(import.meta.url)("scrimp/package.json") as { version: string }).version;
}

function isEntry(): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync.native(script) === fileURLToPath(import.meta.url);
}

if (isEntry()) {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // `scrimp … | head`: who reads has enough.
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`error: cannot write the results: ${error.message}\n`);
    process.exit(EXIT.usage);
  });
  // There is no place left to say so; the exit code still tells.
  process.stderr.on("error", () => {});
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await main(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: stop.signal,
  });
}
