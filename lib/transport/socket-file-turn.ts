/**
 * One at a time, of all processes on this machine: who replaces the dead socket file at a path. The turn is a name in Linux's abstract
 * space, which the kernel takes back when its process dies. Other systems have none: there a window of microseconds remains, in
 * which three servers must begin at once. Knows no sockets beyond that name.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Platform } from "../platform/platform.ts";
import { closeServer, listenSocket } from "./socket.ts";

const RETRY_MS = 5;
/** A turn takes milliseconds, and a second if the file's server is slow to answer. */
const LONGEST_WAIT_MS = 5_000;

/** Runs `act` while nobody else has the turn at `path`. Rejects with what `act` rejects with, or EADDRINUSE after 5 s. */
export async function inTurn<T>(platform: Platform, path: string, act: () => Promise<T>): Promise<T> {
  if (process.platform !== "linux") return act();
  const name = `\0scrimp-${createHash("sha256").update(resolve(path)).digest("hex")}`;
  const server = platform.createServer((socket) => socket.destroy());
  await take(platform, name, () => listenSocket(server, { path: name }, () => {}));
  try {
    return await act();
  } finally {
    await closeServer(server);
  }
}

async function take(platform: Platform, name: string, attempt: () => Promise<void>): Promise<void> {
  const until = platform.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || platform.now() > until) throw error;
    }
    await new Promise<void>((resume) => platform.startTimer(RETRY_MS, true, resume));
  }
}
