/**
 * The quick start of README.md, command by command as it stands there, in an empty folder with the packed package. What needs a
 * newer Node than this one is run with tsx's loader in its place; .ci/run runs this file on such a Node too.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import t from "tap";
import { pack, startRegistry } from "../../tools/dev/local-registry.ts";
import { freePort } from "../helpers/free-port.ts";
import { root } from "../helpers/shared.ts";

type Step = { readonly file: string; readonly text: string } | { readonly command: string };

/** Files to write and commands to run, in the order of the document. */
function stepsOf(markdown: string): Step[] {
  const section = /^## Quick start\n([\s\S]*?)^## /m.exec(markdown)?.[1]?.replaceAll(/<!--[\s\S]*?-->/g, "") ?? "";
  return [...section.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, language, file = "", text = ""]): Step[] =>
      language === "sh"
        ? text
            .trim()
            .split("\n")
            .map((command) => ({ command }))
        : [{ file, text }],
  );
}

/** True where Node runs TypeScript as it is. */
function stripsTypes(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** For a command that is meant for Node 22.18 and newer. */
function environmentOf(command: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!command.startsWith("node ") || stripsTypes()) return env;
  return { ...env, NODE_OPTIONS: `--import=${pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs"))}` };
}

/** Resolves when the server says that it listens; rejects when it ends before. */
async function startServer(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const server = spawn("sh", ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const listening = new Promise<void>((resolve) => {
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("listening on")) resolve();
      });
  });
  const ended = once(server, "close").then(([code]) =>
    Promise.reject(new Error(`${command} ended with ${code}\n${output}`)),
  );
  await Promise.race([listening, ended]);
  ended.catch(() => {});
  return server;
}

/** The server and what npx has put around it. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, "close");
  process.kill(-server.pid!, "SIGKILL");
  await closed;
}

t.test("a newcomer who does what README.md says, in an empty folder, gets 42 from every client", async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "scrimp-quick-start-"));
  t.teardown(() => rmSync(scratch, { recursive: true, force: true }));
  const { filename } = await pack(scratch);
  const registry = await startRegistry(join(scratch, filename), scratch);
  t.teardown(() => registry.close());
  const cwd = join(scratch, "calculator");
  mkdirSync(cwd);
  const port = `${await freePort()}`;
  const clients: string[] = [];
  let server: ChildProcess | undefined;
  t.teardown(() => server && stop(server));

  for (const step of stepsOf(readFileSync(join(root, "README.md"), "utf8"))) {
    if ("file" in step) {
      writeFileSync(join(cwd, step.file), step.text.replaceAll(/\b9090\b/g, port));
      continue;
    }
    const { command } = step;
    const env = environmentOf(command, registry.env);
    if (command.endsWith("server.ts")) {
      if (server !== undefined) await stop(server);
      server = await startServer(command, cwd, env);
      continue;
    }
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd, env });
    if (!command.endsWith("client.ts")) continue;
    t.equal(stdout, "42\n", command);
    clients.push(command);
  }
  t.same(clients, ["node client.ts", "npx tsx client.ts"]);
});
