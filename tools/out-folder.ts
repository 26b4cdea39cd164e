/**
 * A folder of generated files: writes only what changed, so that nothing that watches it wakes up for nothing. Files are small
 * and many, and the disk is a cache: one system call after the other takes less time than a promise for each.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ThriftError } from "../lib/errors/errors.ts";

export class OutFolder {
  readonly #folder: string;
  readonly #readOnly: boolean;
  readonly #made = new Set<string>();
  /** The paths of the files whose content was another one, in the order they were put. */
  readonly stale: string[] = [];

  /** `readOnly`: only says what would be written. */
  constructor(folder: string, readOnly: boolean) {
    this.#folder = folder;
    this.#readOnly = readOnly;
  }

  /** Writes `text` where the file is not that already. CONFIGURATION: it cannot be written. */
  put(path: string, text: string): void {
    const full = join(this.#folder, path);
    const bytes = Buffer.from(text, "utf8");
    if (holds(full, bytes)) return;
    this.stale.push(full);
    if (!this.#readOnly) this.#write(full, bytes);
  }

  #write(path: string, bytes: Buffer): void {
    const folder = dirname(path);
    try {
      if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true });
      this.#made.add(folder);
      writeFileSync(path, bytes);
    } catch (cause) {
      const message = `cannot write ${path}: ${(cause as Error).message}; name another folder with --out`;
      throw new ThriftError("CONFIGURATION", message, { cause });
    }
  }
}

/** Most files that changed have another length: that spares reading them. */
function holds(path: string, bytes: Buffer): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true && found.size === bytes.length && readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}
