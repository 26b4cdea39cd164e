/** Watches files and runs something again when one of them changes. Knows nothing of what is run. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { watch } from "chokidar";

/** Editors write a file in several steps, and a checkout changes many at once. */
const QUIET_MS = 60;

/** How often files that are missing are looked for. */
const POLL_MS = 300;

/** Absolute paths with what was read from them; undefined for a file that was not there. */
export type Contents = ReadonlyMap<string, Buffer | undefined>;

export interface Watching {
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** Called when changes will be seen, with the number of files. */
  readonly ready: (files: number) => void;
  /** Called after changes, never twice at once; returns the files to watch from then on. Must not throw. */
  readonly again: () => Promise<Contents>;
}

/** Resolves when `signal` ends it. */
export async function watchFiles(files: Contents, { signal, ready, again }: Watching): Promise<void> {
  let watched = files;
  const watcher = watch([...files.keys()]);
  const bell = new Bell();
  // A file is found when watching it begins, too: that is news only if it is not what was read before.
  watcher.on("all", (event, path) => {
    if (event !== "add" || !holds(path, watched.get(path))) bell.ring();
  });
  // The watcher may miss a file that appears while it finds out that it is not there.
  const poll = setInterval(() => {
    for (const [path, content] of watched) if (content === undefined && !holds(path, undefined)) bell.ring();
  }, POLL_MS);
  watcher.once("ready", () => ready(files.size));
  signal?.addEventListener("abort", () => bell.ring(), { once: true });
  while (!signal?.aborted) {
    await bell.rung();
    await sleep(QUIET_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    if (signal?.aborted) break;
    bell.silence();
    const before = watched;
    watched = await again();
    watcher.unwatch([...before.keys()].filter((file) => !watched.has(file)));
    watcher.add([...watched.keys()].filter((file) => !before.has(file)));
  }
  clearInterval(poll);
  await watcher.close();
}

function holds(path: string, content: Buffer | undefined): boolean {
  try {
    return content !== undefined && readFileSync(path).equals(content);
  } catch {
    return content === undefined;
  }
}

/** Remembers that it was rung until it is silenced. */
class Bell {
  #rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  silence(): void {
    this.#rung = false;
  }

  async rung(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }
}
