/**
 * `npm start`: the whole way in one command. Compiles the IDL, serves it, makes one call of each kind, and prints what happened
 * and how long it took. The two sides that are worth reading are server.ts and client.ts.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";

const HELP = `Compiles, serves and calls examples/calculator.

  npm start                                   all of it, once
  npm start -- --keep [--port 9090]           leaves the server up until Ctrl-C
  npm start -- --connect 127.0.0.1:9090       only calls, a server that is up`;

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "../..");
const colour = process.stdout.isTTY && !process.env["NO_COLOR"];

function print(step: string, outcome: string, elapsedMs?: number): void {
  const time = elapsedMs === undefined ? "" : `${elapsedMs.toFixed(1)} ms`;
  const line = `${step.padEnd(26)} ${outcome.padEnd(44)}`;
  console.log(`${line} ${colour ? styleText("dim", time.padStart(10)) : time.padStart(10)}`.trimEnd());
}

/** `npx scrimp compile calculator.thrift counter.thrift --out gen`, which `npm ci` has built. */
function compile(): void {
  const began = performance.now();
  const idl = ["calculator.thrift", "counter.thrift"];
  const files = idl.map((name) => join(folder, name));
  const command = [join(root, "dist/bin/scrimp.js"), "compile", ...files, "--out", join(folder, "gen")];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`scrimp compile ended with ${status}; npm run build makes the command\n${stderr}`);
  print("compile", `${idl.join(", ")} to gen/`, performance.now() - began);
}

/** Calls the server at `address`; the generated code is loaded only now, when it is there. */
async function call(address: string, overUdp?: string): Promise<void> {
  const { callCalculator } = await import("./client.ts");
  await callCalculator(address, print, overUdp);
}

async function serve(port: number, keep: boolean): Promise<void> {
  const { serveCalculator } = await import("./server.ts");
  const began = performance.now();
  const notes: string[] = [];
  const server = await serveCalculator(port, (line) => notes.push(line));
  print("serve", server.addresses.join(", "), performance.now() - began);
  await call(server.address, server.addresses[1]);
  if (keep) {
    console.log(
      `\nServing on ${server.address} until Ctrl-C. From another terminal:\n  npm start -- --connect ${server.address}`,
    );
    console.log("or any Apache Thrift client: framed or unframed, compact or binary.");
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    console.log();
  }
  const drained = performance.now();
  await server.drain({ timeoutMs: 2_000 });
  print("drain", `the server noted ${notes.length} things:`, performance.now() - drained);
  for (const note of notes) print("", note);
}

interface Choice {
  readonly keep: boolean;
  readonly port: number;
  readonly connect: string | undefined;
  readonly help: boolean;
}

function choiceOf(args: readonly string[]): Choice {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keep: { type: "boolean", default: false },
      port: { type: "string" },
      connect: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const port = Number(values.port ?? (values.keep ? 9090 : 0));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port: expected 0 to 65535, got ${values.port}`);
  return { keep: values.keep, port, connect: values.connect, help: values.help };
}

function understood(): Choice | undefined {
  try {
    return choiceOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return undefined;
  }
}

const choice = understood();
if (choice === undefined) process.exitCode = 2;
else if (choice.help) console.log(HELP);
else {
  try {
    if (choice.connect === undefined) compile();
    await (choice.connect === undefined ? serve(choice.port, choice.keep) : call(choice.connect));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
