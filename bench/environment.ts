/** Where and with what a run was made: without it a number means nothing. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { allowedCores, canPin } from "./processes.ts";
import { root } from "./root.ts";
import type { Effort } from "./schedule.ts";

export interface Environment {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** One-minute load average before the run: what else went on. */
  readonly load: number;
  /** Whether processes stayed on one core each. */
  readonly pinned: boolean;
  /** Flags of the measured processes. */
  readonly flags: string;
  readonly effort: Effort;
  readonly packages: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** Everything whose version has a bearing on the numbers. */
const PACKAGES = [
  "thrift",
  "msgpackr",
  "protobufjs",
  "@bufbuild/protobuf",
  "avsc",
  "@grpc/grpc-js",
  "@connectrpc/connect-node",
  "rsocket-core",
];

export function describeEnvironment(effort: Effort, notes: readonly string[]): Environment {
  return {
    date: new Date().toISOString(),
    commit: firstLine("git", ["-C", root, "describe", "--always", "--dirty"]),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: allowedCores().length || cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0]!,
    pinned: canPin,
    flags: "none",
    effort,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
    notes,
  };
}

function packageVersion(name: string): string {
  const text = readFileSync(join(root, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The first line that a command prints, or "unknown" where it cannot be run. */
export function firstLine(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0]!;
  } catch {
    return "unknown";
  }
}

export function environmentText(env: Environment): string {
  const { effort } = env;
  return [
    `${env.date}, commit ${env.commit}`,
    `Node ${env.node} (V8 ${env.v8}), ${env.platform}, ${env.cores} × ${env.cpu}, ${env.memoryGiB} GiB, load ${env.load.toFixed(2)} before the run`,
    `each process ${env.pinned ? "on one core (taskset)" : "on any core: no taskset here"}; flags of Node: ${env.flags}; ${effort.launches} launches × ${effort.rounds} rounds, slices × ${effort.scale}`,
    Object.entries(env.packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    ...env.notes,
  ].join("\n");
}
