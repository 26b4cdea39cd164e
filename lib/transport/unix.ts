/**
 * Unix domain sockets: dialers and listeners. Knows paths and names in Linux's abstract space, not what is said over them.
 */
import { rmSync } from "node:fs";
import type { Server } from "node:net";
import { text } from "../options/kinds.ts";
import { badOption, configuration } from "../options/options.ts";
import type { Platform } from "../platform/platform.ts";
import { closeServer, dialSocket, listenSocket, SocketTransport } from "./socket.ts";
import { claimName, type FileIdentity, neighbourOf, removeOwn } from "./socket-file.ts";
import { inTurn } from "./socket-file-turn.ts";
import type { Dialer, Listener, Transport } from "./transport.ts";

/** Bytes of a path that a socket's address holds before its closing NUL. Node 20 cuts a longer one without a word. */
const MAX_PATH_BYTES = process.platform === "linux" ? 107 : 103;
/** How long a socket file that seems dead may take to prove that it is not. */
const PROOF_MS = 1_000;
const MAX_TRIES = 8;

const PATH = text("a path, or a name that begins with NUL", /./s);

class UnixListener implements Listener {
  readonly #path: string;
  #server: Server | undefined;
  #file: FileIdentity | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async listen(
    platform: Platform,
    accept: (transport: Transport) => void,
    onError: (error: Error) => void,
  ): Promise<string> {
    const path = this.#path;
    const name = nameOf(path);
    const open = async (at: string): Promise<string> => {
      const server = platform.createServer((socket) => accept(new SocketTransport(socket, name)));
      await listenSocket(server, { path: at }, onError);
      this.#server = server;
      return at;
    };
    if (!isFile(path)) await open(path);
    else await this.#claim(platform, await nearby(path, platform, open));
    return name;
  }

  async #claim(platform: Platform, bound: string): Promise<void> {
    const path = this.#path;
    try {
      const claim = (): Promise<FileIdentity> => claimName(bound, path, () => isLive(platform, path), platform.random);
      this.#file = await inTurn(platform, path, claim);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      rmSync(bound, { force: true });
    }
  }

  close(): Promise<void> {
    if (this.#file !== undefined) removeOwn(this.#path, this.#file);
    this.#file = undefined;
    return closeServer(this.#server);
  }
}

/** Opens beside `path`, under a name that is free; errors speak of `path`. */
async function nearby(path: string, platform: Platform, open: (at: string) => Promise<string>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const at = neighbourOf(path, platform.random);
    try {
      return await open(at);
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException & { address?: string };
      if (error.code === "EADDRINUSE" && tries < MAX_TRIES) continue;
      error.message = error.message.replaceAll(at, path);
      error.address = path;
      throw error;
    }
  }
}

/** False for a socket file that a process left behind: nobody listens there. */
async function isLive(platform: Platform, path: string): Promise<boolean> {
  const attempt = new AbortController();
  const timer = platform.startTimer(PROOF_MS, true, () => attempt.abort(new Error("no answer")));
  try {
    (await dialSocket(platform, { path }, nameOf(path), attempt.signal)).destroy();
    return true;
  } catch (error) {
    return !["ECONNREFUSED", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "");
  } finally {
    platform.stopTimer(timer);
  }
}

/** Not so a name in the abstract space, nor a pipe of Windows. */
function isFile(path: string): boolean {
  return !path.startsWith("\0") && process.platform !== "win32";
}

/** What `parseAddress` reads back: a file that is called `@…` is told from a name in the abstract space. */
function nameOf(path: string): string {
  if (path.startsWith("\0")) return `unix:@${path.slice(1)}`;
  return `unix:${path.startsWith("@") ? "./" : ""}${path}`;
}

/** Throws CONFIGURATION for what would lead to another place than it says, or to none. */
function judged(given: string): string {
  const path = PATH.read(given, "unix path");
  const name = path.startsWith("\0") ? path.slice(1) : path;
  if (name === "" || name.includes("\0")) throw badOption("unix path", "a name without NUL", path);
  if (process.platform === "win32") return path;
  if (name !== path && process.platform !== "linux") throw configuration("unix path: only Linux has an abstract space");
  if (name === path && name.endsWith("/")) throw badOption("unix path", "the path of a file, not of a folder", path);
  const bytes = Buffer.byteLength(name);
  if (bytes <= MAX_PATH_BYTES) return path;
  throw configuration(`unix path of ${bytes} bytes, limit ${MAX_PATH_BYTES}: ${name}`);
}

function dial(given: string): Dialer {
  const path = judged(given);
  const target = nameOf(path);
  return { target, dial: (platform, signal) => dialSocket(platform, { path }, target, signal) };
}

/**
 * `unix("/run/x.sock")` leads to a server; `unix.listen(path)` is a place to serve. A socket file at which nobody listens is replaced;
 * a server that closes leaves alone what is not its own. Throws CONFIGURATION for a path of more than 107 bytes (103 but on Linux).
 */
export const unix: {
  (path: string): Dialer;
  listen(path: string): Listener;
} = Object.assign(dial, { listen: (path: string): Listener => new UnixListener(judged(path)) });
