/** Watches files and runs something again when one of them changes. Knows nothing of what is run. */
import { watch } from "chokidar";
import { EXIT } from "./command.ts";

/** Editors write a file in several steps, and a checkout changes many at once. */
const QUIET_MS = 60;

/** Until `signal` ends it. `again` returns the files to watch from then on. */
export async function watchFiles(
  files: readonly string[],
  again: () => readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const watcher = watch([...files], { ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  let watched = new Set(files);
  const run = (): void => {
    const now = new Set(again());
    watcher.unwatch([...watched].filter((file) => !now.has(file)));
    watcher.add([...now].filter((file) => !watched.has(file)));
    watched = now;
  };
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(run, QUIET_MS);
  });
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  clearTimeout(timer);
  await watcher.close();
  return EXIT.ok;
}
