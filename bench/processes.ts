/**
 * Processes that measure: each runs worker.ts with one role, alone on one core, and answers questions. Knows nothing of
 * what is measured.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { benchFile } from "./root.ts";

/** What a worker is told to be, as JSON on its command line. */
export type Role = { readonly role: string } & Readonly<Record<string, string | number>>;

export interface WorkerOptions {
  /** The core that it stays on, where the machine has `taskset`. */
  readonly core?: number;
  /** Flags for its V8 and Node. */
  readonly nodeFlags?: readonly string[];
  /** Receives what it prints; without it, stdout is dropped. */
  readonly onOutput?: (text: string) => void;
}

const ANSWER_TIMEOUT_MS = 120_000;

/** Flags of every measured process: none but those that TypeScript sources need when they run uncompiled. */
const SOURCE_FLAGS: readonly string[] = import.meta.url.endsWith(".ts") ? ["--import", "tsx"] : [];

/** Cores this process may use, lowest first. */
export function allowedCores(): number[] {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
  if (list === undefined) return [];
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: last! - first + 1 }, (_, i) => first + i);
  });
}

const TASKSET = "/usr/bin/taskset";

export const canPin: boolean = existsSync(TASKSET) && allowedCores().length > 0;

/** The core of the server (or of the only process), and that of the client. The same one where there is only one. */
export function coreOf(side: "server" | "client"): number | undefined {
  const cores = allowedCores();
  return canPin ? cores[side === "server" ? 0 : cores.length > 1 ? 1 : 0] : undefined;
}

export function coreOptions(side: "server" | "client"): WorkerOptions {
  const core = coreOf(side);
  return core === undefined ? {} : { core };
}

/** `command` on one core. */
export function pinned(core: number | undefined, command: string, args: readonly string[]): [string, string[]] {
  return core === undefined || !canPin ? [command, [...args]] : [TASKSET, ["-c", String(core), command, ...args]];
}

/** Moves a running process, with all its threads: it starts faster on all cores. */
async function pin(pid: number, core: number): Promise<void> {
  if (canPin) await promisify(execFile)(TASKSET, ["-a", "-c", "-p", String(core), String(pid)]);
}

/** A worker that has said that it is ready. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #name: string;
  #errors = "";
  #settle: ((answer: Answer) => void) | undefined;
  #ended: string | undefined;

  private constructor(child: ChildProcess, name: string, onOutput: WorkerOptions["onOutput"]) {
    this.#child = child;
    this.#name = name;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => onOutput?.(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#errors = (this.#errors + text).slice(-4000)));
    child.on("message", (answer) => this.#settle?.(answer as Answer));
    child.on("exit", (code, signal) => {
      this.#ended = `ended with ${signal ?? code}\n${this.#errors}`;
      this.#settle?.({ error: this.#ended });
    });
  }

  /** What it ended with and the end of what it said on stderr, unless it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  static async start(role: Role, options: WorkerOptions = {}): Promise<Worker> {
    const flags = [...(options.nodeFlags ?? []), ...SOURCE_FLAGS];
    const args = [...flags, benchFile("worker"), JSON.stringify(role)];
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    const worker = new Worker(child, JSON.stringify(role), options.onOutput);
    await worker.#answer();
    if (options.core !== undefined) await pin(child.pid!, options.core);
    return worker;
  }

  /** One question at a time. */
  ask<T>(question: string, value?: unknown): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(new Error(`${this.#name}: ${this.#ended}`));
    this.#child.send({ question, value });
    return this.#answer() as Promise<T>;
  }

  async #answer(): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<Answer>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(() => resolve({ error: "no answer in time" }), ANSWER_TIMEOUT_MS);
    });
    clearTimeout(timer);
    this.#settle = undefined;
    if ("error" in answer) {
      this.#child.kill();
      throw new Error(`${this.#name}: ${answer.error}`);
    }
    return answer.value;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it and waits until it is gone. */
  close(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** The same where it may stand still. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill(signal);
    await gone;
  }
}

/** What a worker sends back. */
export type Answer = { readonly value: unknown } | { readonly error: string };
