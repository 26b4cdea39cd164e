/**
 * Running a peer: a server that lives until its standard input ends, a client that is given endpoints and cases. Knows the
 * lines they speak; knows nothing of languages. Nothing outlives the test: whoever dies takes the other end of the pipe away.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { certificates } from "./certificates.ts";
import { type Endpoint, endpointLine, parseEndpoint } from "./combination.ts";
import type { Result } from "./result.ts";

const START_TIMEOUT_MS = 60_000;

export interface RunningServer {
  readonly endpoints: readonly Endpoint[];
  /** Ends it; rejects if it did not end well. */
  readonly stop: () => Promise<void>;
}

/** A peer's program, which finds its certificates in the folder that INTEROP_CERTIFICATES names. */
async function start([command = "", ...args]: readonly string[]): Promise<ChildProcess> {
  const env = { ...process.env, INTEROP_CERTIFICATES: (await certificates()).folder };
  return spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
}

/** Rejects when `child` fails or is killed because it takes longer than `timeoutMs`. */
function ended(child: ChildProcess, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`${child.spawnfile} ended with ${signal ?? code}`));
    });
  });
}

/** Starts a server and waits until it says "ready". */
export async function startServer(command: readonly string[]): Promise<RunningServer> {
  const child = await start(command);
  const end = ended(child, 600_000);
  end.catch(() => {});
  const timer = setTimeout(() => child.kill("SIGKILL"), START_TIMEOUT_MS);
  const endpoints: Endpoint[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line === "ready") break;
    endpoints.push(parseEndpoint(line));
  }
  clearTimeout(timer);
  if (endpoints.length === 0) await end;
  return { endpoints, stop: () => stopServer(child, end) };
}

async function stopServer(child: ChildProcess, end: Promise<void>): Promise<void> {
  child.stdin!.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await end.finally(() => clearTimeout(timer));
}

/** Runs a client against `endpoints` and gives every result as it comes. Throws when it ends without its "done". */
export async function* runClient(
  command: readonly string[],
  endpoints: readonly Endpoint[],
  timeoutMs: number,
): AsyncGenerator<Result> {
  const child = await start(command);
  const end = ended(child, timeoutMs);
  end.catch(() => {});
  child.stdin!.on("error", () => {});
  child.stdin!.end(endpoints.map((endpoint) => `${endpointLine(endpoint)}\n`).join(""));
  let done = false;
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line === "done") done = true;
    else yield parseResult(line);
  }
  await end;
  if (!done) throw new Error(`${command[0]} stopped before its end`);
}

function parseResult(line: string): Result {
  const [combination = "", check = "", status, detail = ""] = line.split("\t");
  if (status !== "ok" && status !== "not ok") throw new Error(`not a result: ${line}`);
  return { combination, check, problem: status === "ok" ? undefined : detail };
}
