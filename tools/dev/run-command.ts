/** Runs a command to its end, for scripts that need its output or must stop where it fails. */
import { execFile } from "node:child_process";

/** What it wrote to stdout. Rejects with all that it wrote when it ends with another code than 0 or takes over five minutes. */
export function runCommand(
  cwd: string,
  env: NodeJS.ProcessEnv,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(command, args, { cwd, env, timeout: 300_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(new Error(`${command} ${args.join(" ")} ended with ${error.code ?? error.signal}\n${stdout}${stderr}`));
    }),
  );
}
