/**
 * Adds to package-lock.json the optional packages of other platforms that a registry mirror did not know when the lock was
 * written: `npm ci` refuses a lock that lacks them, even where it would never install them. Such an entry has no integrity
 * hash; npm writes it when the package is first installed from a registry that has it.
 *
 * Usage: tsx tools/dev/complete-lock.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./repository.ts";

export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}
export interface Lock {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const PROCESSORS = ["arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "x64"];

/** What such packages say of their platform is what their names say. */
function platformOf(name: string): Record<"cpu" | "libc" | "os", string[]> {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith("musl"))
    ? ["musl"]
    : words.some((word) => word.startsWith("gnu"))
      ? ["glibc"]
      : [];
  return { cpu, libc, os };
}

/** Where Node would find `name` from the package at `from`, or undefined. */
function locate(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (lock.packages[place] !== undefined) return place;
    if (folder === "") return undefined;
  }
}

/** In npm's order of keys, so that npm does not reorder them later. */
function optionalPackage(name: string, version: string, dev: boolean): LockedPackage {
  const { cpu, libc, os } = platformOf(name);
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/** Adds what is missing to `lock`; the names of what was added. Only exact versions can be added: others need a registry. */
export function complete(lock: Lock): string[] {
  const added: string[] = [];
  for (const [place, owner] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      if (locate(lock, place, name) !== undefined || !/^\d+\.\d+\.\d+$/.test(version)) continue;
      lock.packages[`node_modules/${name}`] = optionalPackage(name, version, owner.dev === true);
      added.push(`${name}@${version}`);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
  return added;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8")) as Lock;
  const added = complete(lock);
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    added.length === 0 ? "package-lock.json is complete" : `added to package-lock.json:\n${added.join("\n")}`,
  );
}
