/** Servers alone: the load comes from a native program, so that no client of Node stands in the way. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Case, Profiling, Runner, Sample } from "../case.ts";
import { coreOf, coreOptions, pinned } from "../processes.ts";
import { ProfiledWorker } from "../profile/profiled-worker.ts";
import { callSamples } from "../rpc/cases.ts";
import { RAW_ECHO } from "../rpc/contenders.ts";
import type { MessageName } from "../rpc/echo.ts";
import { callFrames } from "../rpc/frames.ts";
import type { ClientSlice } from "../rpc/worker.ts";
import { loadProgram } from "./build.ts";
import { type ServerProcess, startNodeServer, startThreadedServer } from "./server-process.ts";

const run = promisify(execFile);

const THREADED_SERVER = "C++ TThreadedServer";

const contenders: readonly string[] = [RAW_ECHO, "scrimp", "npm thrift compact", THREADED_SERVER];

interface NativeLoad {
  readonly message: MessageName;
  readonly connections: number;
  readonly inFlight: number;
}

const loads: readonly (readonly [NativeLoad, title: string])[] = [
  [{ message: "small", connections: 1, inFlight: 128 }, "small message, 1 connection × 128 in flight"],
  [{ message: "small", connections: 16, inFlight: 16 }, "small message, 16 connections × 16 in flight"],
  [{ message: "text", connections: 1, inFlight: 128 }, "1 KiB of text, 1 connection × 128 in flight"],
  [{ message: "binary", connections: 1, inFlight: 128 }, "64 KiB of binary, 1 connection × 128 in flight"],
];

export const nativeCases: readonly Case[] = loads.map(([load, title]) => ({
  name: `rpc/native/${load.message}/${load.connections}x${load.inFlight}`,
  title: `server alone under native load: ${title}`,
  contenders,
  baseline: RAW_ECHO,
  compared: ["calls/s", "server CPU"],
  sliceMs: 600,
  quick: load.message === "small" && load.connections === 1,
  open: (contender) => openNative(contender, load),
  profile: (contender, profiling) => profileNative(contender, load, profiling),
}));

async function openNative(contender: string, load: NativeLoad): Promise<Runner> {
  const source = await LoadSource.create(load, contender);
  const server = contender === THREADED_SERVER ? await startThreadedServer() : await startNodeServer(contender);
  return {
    slice: (ms) => measureServer(server, source, ms),
    close: async () => {
      source.close();
      await server.close();
    },
  };
}

async function measureServer(server: ServerProcess, source: LoadSource, ms: number): Promise<readonly Sample[]> {
  const before = await server.usage();
  const slice = await source.run(server.port, ms);
  const after = await server.usage();
  return callSamples(slice, before, after).filter(({ metric }) => metric !== "client memory");
}

async function profileNative(
  contender: string,
  load: NativeLoad,
  { warmUpMs, ms, folder, stem }: Profiling,
): ReturnType<Case["profile"]> {
  const source = await LoadSource.create(load, contender);
  const server = await ProfiledWorker.start({ role: "rpc-server", contender }, coreOptions("server"));
  const port = await server.ask<number>("port");
  await source.run(port, warmUpMs);
  await server.startProfile(`${stem}: server`, join(folder, `${stem}.server.cpuprofile`));
  await source.run(port, ms);
  await server.stopProfile();
  source.close();
  return server.close();
}

/** A raw echo returns the call itself, a server a reply. */
const CALL = 1;
const REPLY = 2;

/** The load program with its frames in a file. */
class LoadSource {
  readonly #program: string;
  readonly #load: NativeLoad;
  readonly #replyType: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), "scrimp-bench-"));

  private constructor(program: string, load: NativeLoad, replyType: number) {
    this.#program = program;
    this.#load = load;
    this.#replyType = replyType;
    writeFileSync(this.#framesFile, Buffer.concat(callFrames(load.message, load.inFlight)));
  }

  static async create(load: NativeLoad, contender: string): Promise<LoadSource> {
    return new LoadSource(await loadProgram(), load, contender === RAW_ECHO ? CALL : REPLY);
  }

  get #framesFile(): string {
    return join(this.#folder, "frames");
  }

  async run(port: number, ms: number): Promise<ClientSlice> {
    const { connections, inFlight } = this.#load;
    const numbers = [port, connections, inFlight, Math.round(ms)].map(String);
    const [command, args] = pinned(coreOf("client"), this.#program, [
      "127.0.0.1",
      ...numbers,
      this.#framesFile,
      String(this.#replyType),
    ]);
    const { stdout } = await run(command, args);
    return { ...(JSON.parse(stdout) as Omit<ClientSlice, "rssMiB">), rssMiB: 0 };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
