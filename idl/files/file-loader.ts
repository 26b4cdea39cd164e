/**
 * Reads the files asked for and all that they include, each once, and puts them in order. Knows paths and includes; the
 * rest of a file is for `declare.ts` and `resolver.ts`.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parseFile } from "../parser/parser.ts";
import { type Diagnostics, quote } from "../source/diagnostic.ts";
import { Source } from "../source/source.ts";
import type { FileNode, Include as IncludeNode } from "../syntax/ast.ts";

export interface LoadOptions {
  /** Where included files are looked for, in this order, after the directory of the file that includes. */
  readonly includePaths?: readonly string[];
  /** The folder that relative paths start from. Default: the working directory. */
  readonly cwd?: string;
  /** The bytes of a file, or undefined if there is none; from disk by default. Another one serves an editor, or a revision of git. */
  readonly read?: (path: string) => Buffer | string | undefined;
}

/** A file and its includes; the rest of a Module is made from it. */
export interface LoadedFile {
  readonly path: string;
  readonly key: string;
  readonly name: string;
  readonly source: Source;
  readonly tree: FileNode;
  readonly includes: readonly LoadedInclude[];
}

export interface LoadedInclude {
  readonly alias: string;
  readonly node: IncludeNode;
  file?: LoadedFile;
}

/** A regular file's content; a directory or a file that may not be read counts as none. */
export function readFromDisk(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;

export class Loader {
  readonly #diagnostics: Diagnostics;
  readonly #includePaths: readonly string[];
  readonly #cwd: string;
  readonly #read: (path: string) => Buffer | string | undefined;
  /** By absolute path; undefined for what cannot be read. */
  readonly #files = new Map<string, LoadedFile | undefined>();

  constructor(diagnostics: Diagnostics, options: LoadOptions) {
    this.#diagnostics = diagnostics;
    this.#includePaths = options.includePaths ?? [];
    this.#cwd = options.cwd ?? process.cwd();
    this.#read = options.read ?? readFromDisk;
  }

  /** A file that cannot be read is an error at its place 1:1. */
  load(path: string): LoadedFile | undefined {
    const root = this.#open(path);
    if (root === undefined) {
      const source = new Source(path, "");
      this.#diagnostics.report(source, "unreadable-file", { start: 0, end: 0 }, `cannot read ${quote(path)}`);
      return undefined;
    }
    const waiting = [root];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) waiting.push(...this.#follow(file));
    return root;
  }

  /** The files that this one includes and that are not yet followed. */
  #follow(file: LoadedFile): LoadedFile[] {
    const fresh: LoadedFile[] = [];
    for (const include of file.includes) {
      if (include.file !== undefined) continue;
      const known = this.#files.size;
      const found = this.#find(include.node.path, file);
      if (found === undefined) continue;
      include.file = found;
      if (this.#files.size > known) fresh.push(found);
    }
    return fresh;
  }

  #find(path: string, from: LoadedFile): LoadedFile | undefined {
    if (path === "") return undefined;
    for (const candidate of this.#candidates(path, from)) {
      const file = this.#open(candidate);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #candidates(path: string, from: LoadedFile): string[] {
    if (isAbsolute(path)) return [path];
    return [join(dirname(from.path), path), ...this.#includePaths.map((root) => join(root, path))];
  }

  #open(path: string): LoadedFile | undefined {
    const key = resolve(this.#cwd, path);
    if (this.#files.has(key)) return this.#files.get(key);
    const content = this.#read(key);
    const file = content === undefined ? undefined : this.#parse(this.#shorter(path), key, content);
    // A missing file is not remembered: it must not count as a fresh one.
    if (file !== undefined) this.#files.set(key, file);
    return file;
  }

  #parse(path: string, key: string, content: Buffer | string): LoadedFile {
    const fits = content.length <= MAX_FILE_BYTES;
    const source = new Source(path, fits ? content : "");
    if (!fits)
      this.#diagnostics.report(
        source,
        "file-too-large",
        { start: 0, end: 0 },
        `file of ${content.length} bytes, limit ${MAX_FILE_BYTES}`,
      );
    const tree = parseFile(source, this.#diagnostics);
    const includes = tree.headers.flatMap((header) =>
      header.kind === "include" && header.language === undefined ? [toInclude(header)] : [],
    );
    return { path, key, name: moduleName(path), source, tree, includes };
  }

  /** An absolute path below the working directory is shown relative to it; what was given relative stays as given. */
  #shorter(path: string): string {
    if (!isAbsolute(path)) return path;
    const below = relative(this.#cwd, path);
    return below === "" || below.startsWith("..") ? path : below;
  }
}

function toInclude(node: IncludeNode): LoadedInclude {
  return { alias: node.alias?.text ?? moduleName(node.path), node };
}

/** `a/b.thrift` is `b`. */
export function moduleName(path: string): string {
  return basename(path).replace(/\.thrift$/, "");
}
