/** Watches files and runs something again when one of them changes. Knows nothing of what is run. */
import { setTimeout as sleep } from "node:timers/promises";
import { watch } from "chokidar";

/** Editors write a file in several steps, and a checkout changes many at once. */
const QUIET_MS = 60;

export interface Watching {
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** Called when changes will be seen, with the number of files. */
  readonly ready: (files: number) => void;
  /** Called after changes, never twice at once; returns the files to watch from then on, which may not exist yet. Must not throw. */
  readonly again: () => Promise<readonly string[]>;
}

/** Resolves when `signal` ends it. */
export async function watchFiles(files: readonly string[], { signal, ready, again }: Watching): Promise<void> {
  const watcher = watch([...files], { ignoreInitial: true });
  const bell = new Bell();
  watcher.on("all", () => bell.ring());
  watcher.once("ready", () => ready(files.length));
  signal?.addEventListener("abort", () => bell.ring(), { once: true });
  let watched = new Set(files);
  while (!signal?.aborted) {
    await bell.rung();
    await sleep(QUIET_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    if (signal?.aborted) break;
    bell.silence();
    const now = new Set(await again());
    watcher.unwatch([...watched].filter((file) => !now.has(file)));
    watcher.add([...now].filter((file) => !watched.has(file)));
    watched = now;
  }
  await watcher.close();
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
