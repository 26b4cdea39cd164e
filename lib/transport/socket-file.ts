/**
 * The file of a Unix socket: how a server comes to have it under its name, and how it goes. A server listens under another name first
 * and is then linked to its own, which only one can be: nobody finds a file there that does not answer yet. And Node, which would
 * delete whatever bears the name that it has bound, finds nothing to delete. Knows no sockets.
 *
 *     /run/.k3x9az bound, listening → linked as /run/x.sock, /run/.k3x9az removed → x.sock removed if it is still the same file
 */
import { type BigIntStats, linkSync, lstatSync, renameSync, unlinkSync } from "node:fs";

/** Rounds of finding a dead file and removing it; more means that others come and go all the time. */
const MAX_ROUNDS = 8;
const NEIGHBOUR_LETTERS = 6;

/** What a name leads to. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Another name in the same folder, that is no longer: what fits into a socket's address there fits with it as well. */
export function neighbourOf(path: string, random: () => number): string {
  const nameAt = path.lastIndexOf("/") + 1;
  for (;;) {
    const letters = Math.floor(random() * 36 ** NEIGHBOUR_LETTERS).toString(36);
    const name = `.${letters.padStart(NEIGHBOUR_LETTERS, "0")}`.slice(nameAt - path.length);
    if (name !== path.slice(nameAt) && name !== ".") return path.slice(0, nameAt) + name;
  }
}

/**
 * Gives the socket file `bound` the name `path` as well. A file there at which nobody listens, as `isLive` says, is removed. Rejects
 * with EADDRINUSE where somebody does, or where there is something that is no socket.
 */
export async function claimName(
  bound: string,
  path: string,
  isLive: () => Promise<boolean>,
  random: () => number,
): Promise<FileIdentity> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (succeeds(() => linkSync(bound, path), "EEXIST")) return identityOf(bound);
    const found = statOf(path);
    if (found === undefined) continue;
    if (!found.isSocket()) throw inUse(path, found.isDirectory() ? "a folder" : "a file that is no socket");
    if (await isLive()) throw inUse(path, "a socket that is listened on");
    removeDead(path, found, random);
  }
  throw inUse(path, "another socket each time");
}

/** Removes `path` if that is still `dead`. It is taken away under a name of its own first: what came there meanwhile is put back. */
function removeDead(path: string, dead: BigIntStats, random: () => number): void {
  if (!isUnchanged(statOf(path), dead)) return;
  const aside = neighbourOf(path, random);
  if (!succeeds(() => renameSync(path, aside), "ENOENT")) return;
  if (!isUnchanged(statOf(aside), dead)) succeeds(() => linkSync(aside, path), "EEXIST");
  unlinkSync(aside);
}

/** Removes `path` if it is still `own`. */
export function removeOwn(path: string, own: FileIdentity): void {
  try {
    const found = lstatSync(path, { bigint: true });
    if (found.ino === own.ino && found.dev === own.dev) unlinkSync(path);
  } catch {
    // It has gone, or may not be touched: clients find nobody there, as after a crash.
  }
}

/** The same file as before; its number alone may have been given to another. */
function isUnchanged(now: BigIntStats | undefined, before: BigIntStats): boolean {
  return now?.ino === before.ino && now.dev === before.dev && now.mtimeNs === before.mtimeNs;
}

function identityOf(path: string): FileIdentity {
  const { dev, ino } = lstatSync(path, { bigint: true });
  return { dev, ino };
}

function statOf(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** False where `act` fails with `code`. */
function succeeds(act: () => void, code: string): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return false;
    throw error;
  }
}

function inUse(path: string, what: string): Error {
  return Object.assign(new Error(`listen EADDRINUSE: ${path} is ${what}`), { code: "EADDRINUSE", address: path });
}
