/** A worker that can be profiled: V8 logs what it optimises and gives up, the sampling profiler runs in the steady state. */
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProfileReport } from "../case.ts";
import { type Role, Worker, type WorkerOptions } from "../processes.ts";
import { parseCodeLog } from "./code-log.ts";
import { type CpuProfile, profileText } from "./report.ts";

export class ProfiledWorker {
  readonly #worker: Worker;
  readonly #log: string;
  readonly #recorded: { file: string; title: string; fromMs: number }[] = [];

  private constructor(worker: Worker, log: string) {
    this.#worker = worker;
    this.#log = log;
  }

  static async start(role: Role, options: WorkerOptions = {}): Promise<ProfiledWorker> {
    const log = join(tmpdir(), `scrimp-bench-${process.pid}-${Math.trunc(performance.now() * 1000)}.v8.log`);
    const nodeFlags = ["--log-deopt", "--log-code", `--logfile=${log}`, "--no-logfile-per-isolate"];
    return new ProfiledWorker(await Worker.start(role, { ...options, nodeFlags }), log);
  }

  ask<T>(question: string, value?: unknown): Promise<T> {
    return this.#worker.ask<T>(question, value);
  }

  /** Records what the process does until `stopProfile`. */
  async startProfile(title: string, file: string): Promise<void> {
    this.#recorded.push({ file, title, fromMs: await this.#worker.ask<number>("profileStart") });
  }

  async stopProfile(): Promise<void> {
    await this.#worker.ask("profileStop", this.#recorded.at(-1)!.file);
  }

  /** Ends the process, which only then has written its whole log, and reads what was recorded. */
  async close(): Promise<ProfileReport[]> {
    await this.#worker.ask("exit").catch(() => undefined);
    await this.#worker.close();
    const log = parseCodeLog(readFileSync(this.#log, "latin1"));
    rmSync(this.#log);
    return this.#recorded.map(({ file, title, fromMs }) => {
      const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
      return { file, text: profileText(title, profile, log, fromMs) };
    });
  }
}
