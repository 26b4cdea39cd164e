/** Files as they stand in a commit of a git repository. Knows nothing of what is in them. */
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { ThriftError } from "../lib/errors/errors.ts";

/** Reads a path as of `ref`: undefined for what is not there or not in the repository around `cwd`. Throws ThriftError CONFIGURATION for a ref that does not exist. */
export function filesAt(ref: string, cwd: string): (path: string) => Buffer | undefined {
  const top = git(cwd, ["rev-parse", "--show-toplevel"], "not inside a git repository").toString().trim();
  const commit = git(
    cwd,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
    `git knows no commit "${ref}"`,
  )
    .toString()
    .trim();
  return (path) => {
    const below = relative(realpathSync(top), realFolder(resolve(cwd, path)));
    if (below.startsWith("..")) return undefined;
    try {
      return run(top, ["show", `${commit}:${below.split(sep).join("/")}`]);
    } catch {
      return undefined;
    }
  };
}

/** The file itself may be gone by now; its folder, or the nearest one that is left, may be reached through a link. */
function realFolder(path: string): string {
  for (let at = path, rest = ""; ; ) {
    try {
      return resolve(realpathSync(at), rest);
    } catch {
      const up = resolve(at, "..");
      if (up === at) return path;
      rest = `${at.slice(up.length).replace(/^[/\\]/, "")}${rest === "" ? "" : sep + rest}`;
      at = up;
    }
  }
}

function git(cwd: string, args: readonly string[], problem: string): Buffer {
  try {
    return run(cwd, args);
  } catch (cause) {
    throw new ThriftError("CONFIGURATION", problem, { cause });
  }
}

function run(cwd: string, args: readonly string[]): Buffer {
  return execFileSync("git", args, { cwd, stdio: ["ignore", "pipe", "ignore"], maxBuffer: 64 * 1024 * 1024 });
}
