/** Runs one command line of `scrimp` in this process, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../../tools/main.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files; `remove` when the test is over. */
export interface Folder {
  readonly path: string;
  run(argv: readonly string[], stdin?: string): Promise<Said>;
  remove(): void;
}

export function folderWith(files: Readonly<Record<string, string>>): Folder {
  const path = mkdtempSync(join(tmpdir(), "scrimp-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, run: (argv, stdin) => run(argv, path, stdin), remove: () => rmSync(path, { recursive: true }) };
}

async function run(argv: readonly string[], cwd: string, stdin = ""): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(argv, {
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    cwd,
    env: {},
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}
