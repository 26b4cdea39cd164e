/** A server under native load: one of ours in a worker, or a native program that prints its port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { coreOf, coreOptions, pinned, Worker } from "../processes.ts";
import type { Usage } from "../rpc/worker.ts";
import { threadedServer } from "./build.ts";

export interface ServerProcess {
  readonly port: number;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

export async function startNodeServer(contender: string): Promise<ServerProcess> {
  const worker = await Worker.start({ role: "rpc-server", contender }, coreOptions("server"));
  return {
    port: await worker.ask<number>("port"),
    usage: () => worker.ask<Usage>("usage"),
    close: () => worker.close(),
  };
}

export async function startThreadedServer(): Promise<ServerProcess> {
  const [command, args] = pinned(coreOf("server"), await threadedServer(), []);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: Number(line.toString()),
    usage: async () => processUsage(child.pid!),
    close: async () => {
      child.kill();
      await once(child, "exit");
    },
  };
}

const TICKS_PER_SECOND = 100;
const PAGES_PER_MIB = 256;

/** From /proc/PID/stat, threads that have ended included; fields are counted after the name in parentheses. */
function processUsage(pid: number): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  const [userTicks, systemTicks, residentPages] = [fields[11], fields[12], fields[21]].map(Number) as [
    number,
    number,
    number,
  ];
  return { cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND, rssMiB: residentPages / PAGES_PER_MIB };
}
