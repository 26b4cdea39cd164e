/**
 * The code blocks of a Markdown file, laid out as files that can be compiled and run, so that documents cannot rot.
 *
 * The words after a fence's language say what a block is:
 *   ```ts server.ts        is that file; blocks of the same name are joined in order
 *   ```ts                  is a module of its own, type-checked in its place among the document's files
 *   ```ts client.ts run    is run too, once all files are there, and must end with exit code 0
 *   ```thrift echo.thrift  is that file, compiled into gen/
 *   ```sh run              is a shell script that must succeed in the document's folder
 * Blocks of other languages, and `sh` without `run`, are for reading. A `text` block right after a block that runs is
 * what it must print.
 */

export interface Snippet {
  readonly language: string;
  /** Where it is written, relative to the document's folder. */
  readonly file: string;
  readonly run: boolean;
  readonly text: string;
  /** Line of its first line in the document, from 1. */
  readonly line: number;
  /** What it prints, where the document says so. */
  readonly prints?: string;
}

const FENCE = /^```(\w+)([^\n`]*)\n([\s\S]*?)^```\s*$/gm;
const CHECKED = ["ts", "thrift", "sh"];

/** All blocks that are checked, in order. */
export function snippetsOf(markdown: string): Snippet[] {
  const found: Snippet[] = [];
  let end = 0;
  for (const match of markdown.matchAll(FENCE)) {
    const [all, language = "", rest = "", text = ""] = match;
    const gap = markdown.slice(end, match.index);
    const previous = found.at(-1);
    if (language === "text" && previous?.run === true && gap.trim() === "")
      found[found.length - 1] = { ...previous, prints: text };
    end = match.index + all.length;
    const words = rest
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    const run = words.includes("run");
    const name = words.find((word) => word.includes("."));
    if (!CHECKED.includes(language) || (language === "sh" && !run) || (language === "thrift" && name === undefined))
      continue;
    const line = markdown.slice(0, match.index).split("\n").length + 1;
    found.push({ language, file: name ?? `snippet-${line}.${language}`, run, text, line });
  }
  return found;
}

/** The files that the blocks make up; blocks of one name are joined. */
export function filesOf(snippets: readonly Snippet[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, text } of snippets) files.set(file, `${files.get(file) ?? ""}${text}`);
  return files;
}
