/**
 * The place of each module of a program in a tree of modules, whether of files written or of a schema's keys: `shared/types`
 * for `idl/shared/types.thrift`. Knows only paths.
 *
 * A file below an include root (`-I`) keeps its path below that root. The others keep their path below the
 * root that is given, else below the deepest folder that holds them all. Where two would collide, ignoring case, all of
 * them take their path below the deepest folder that holds everything.
 */
import { dirname, relative, resolve, sep } from "node:path";

export interface LayoutOptions {
  /** Folders given as `-I`. */
  readonly includeRoots?: readonly string[];
  /** Folder that maps to the output folder, for files below it. */
  readonly root?: string | undefined;
}

/** The key of each path: relative, `/` between folders, without `.thrift`. The order of `paths` does not matter. */
export function moduleKeys(paths: Iterable<string>, options: LayoutOptions = {}): ReadonlyMap<string, string> {
  const files = [...new Set([...paths].map((path) => resolve(path)))].sort();
  const byRoots = layBelowRoots(files, options);
  if (isInjective(byRoots)) return byRoots;
  return separate(layBelow(files, commonFolder(files)));
}

function layBelowRoots(files: readonly string[], options: LayoutOptions): Map<string, string> {
  const roots = [...(options.root === undefined ? [] : [options.root]), ...(options.includeRoots ?? [])].map((root) =>
    resolve(root),
  );
  const outermost = (file: string): string | undefined =>
    roots.filter((root) => isBelow(file, root)).sort((a, b) => a.length - b.length)[0];
  const rooted = files.filter((file) => outermost(file) !== undefined);
  const others = files.filter((file) => outermost(file) === undefined);
  const keys = layBelow(others, commonFolder(others));
  for (const file of rooted) keys.set(file, keyOf(file, outermost(file) ?? sep));
  return keys;
}

function layBelow(files: readonly string[], folder: string): Map<string, string> {
  return new Map(files.map((file) => [file, keyOf(file, folder)]));
}

/** `#`, `?` and `%` mean something in an import; `x.d.ts` would be a file of declarations, `x.codec.ts` one of codecs. */
function keyOf(file: string, folder: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path
    .replace(/\.thrift$/, "")
    .replace(/\.(d|codec)$/, ".$1_")
    .replace(/[#?%\\:*"<>|]/g, "_");
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? sep);
  for (const file of files) while (!isBelow(file, folder)) folder = dirname(folder);
  return folder;
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isInjective(keys: ReadonlyMap<string, string>): boolean {
  return new Set([...keys.values()].map((key) => key.toLowerCase())).size === keys.size;
}

/** Keys that still collide differ only by case or extension. */
function separate(keys: ReadonlyMap<string, string>): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    [...keys].map(([file, key]) => {
      let free = key;
      for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${key}$${n}`;
      taken.add(free.toLowerCase());
      return [file, free];
    }),
  );
}
