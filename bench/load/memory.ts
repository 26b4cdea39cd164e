/** What a process holds once its garbage is gone. Needs `--expose-gc`. */

export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

export async function memory(): Promise<Memory> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}

const STEP_MS = 5_000;
const LONGEST_MS = 60_000;

/** The same of a process that has rested: V8 gives back what building up took only when nothing has happened for some seconds. */
export async function restingMemory(): Promise<Memory> {
  let found = await memory();
  for (let waited = 0; waited < LONGEST_MS; waited += STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    const now = await memory();
    const fell = found.rssBytes - now.rssBytes;
    found = now;
    // The first steps may come before V8 looks.
    if (waited >= 2 * STEP_MS && fell < found.rssBytes / 200) break;
  }
  return found;
}
