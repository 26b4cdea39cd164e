/** A folder of generated files: writes only what changed, so that nothing that watches it wakes up for nothing. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export class OutFolder {
  readonly #folder: string;
  readonly #readOnly: boolean;
  readonly #stale = new Map<string, Promise<void>>();

  /** `readOnly`: only says what would be written. */
  constructor(folder: string, readOnly: boolean) {
    this.#folder = folder;
    this.#readOnly = readOnly;
  }

  /** Begins to write `text` where the file is not that already. */
  put(path: string, text: string): void {
    const full = join(this.#folder, path);
    if (!holds(full, text)) this.#stale.set(full, this.#readOnly ? Promise.resolve() : write(full, text));
  }

  /** Waits until all is written; the paths of the files whose content was another one. */
  async settle(): Promise<string[]> {
    await Promise.all(this.#stale.values());
    return [...this.#stale.keys()];
  }
}

function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path, "utf8") === text;
  } catch {
    return false;
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
