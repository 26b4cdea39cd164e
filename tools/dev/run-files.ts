/**
 * Runs test files, each in a process of its own and as many at once as there are processors. `tap run` would do it too, but
 * puts import hooks into every process and its children: they double a small file's time, need the old compiler API, and
 * break tools that a test starts.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { root } from "./repository.ts";
import { type Counts, countResults, summaryLine } from "./tap-results.ts";

/** What `file` (compiled, relative to the clone) came to; what a person wants to read of it is printed when it ends. */
async function runFile(file: string, timeoutMs: number): Promise<Counts> {
  const began = performance.now();
  const env = { ...process.env, TAP: "1", TAP_TIMEOUT: `${timeoutMs / 1000}` };
  const child = spawn(process.execPath, ["--enable-source-maps", file], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<string | number | null>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? code)),
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const lines: string[] = [];
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const counts = await countResults(child.stdout, (line) => lines.push(line));
  const ended = await exit;
  clearTimeout(timer);
  if (ended !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.failed > 0) lines.push(complaints.trimEnd(), `${file} ended with ${ended}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  lines.push(`${counts.failed > 0 ? "FAILED" : "ok"} ${file}: ${summaryLine(counts)} (${seconds} s)`);
  console.log(lines.filter((line) => line !== "").join("\n"));
  return counts;
}

/** Runs all of `files` and adds them up; one that takes longer than `timeoutMs` is ended. */
export async function runFiles(files: readonly string[], timeoutMs: number): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { passed, failed, skipped } = await runFile(file, timeoutMs);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return total;
}
