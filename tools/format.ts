/** `scrimp format`: lays out IDL files, in place, or says which are not laid out. The layout itself is `idl/formatter/formatter.ts`. */
import { readFileSync, statSync, writeFileSync } from "node:fs";

import { relative, resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { formatSource } from "../idl/formatter/formatter.ts";
import { Diagnostics } from "../idl/source/diagnostic.ts";
import { renderText } from "../idl/source/diagnostic-format.ts";
import { Source } from "../idl/source/source.ts";
import { EXIT, type Run } from "./command.ts";
import { expandFolders } from "./idl-files.ts";
import type { Output } from "./output.ts";

interface FormatOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
}

/** Files are written only where something changes; folders stand for the `.thrift` files in them; no file, or `-`, is stdin to stdout. */
export const format: Run = async (files, options: FormatOptions, output, around) => {
  if (files.length === 0 || (files.length === 1 && files[0] === "-"))
    return formatInput(await readAll(around.stdin), options, output);
  const paths = expandFolders(files, around.cwd).map((file) => resolve(around.cwd, file));
  const outcomes = paths.map((path) => formatFile(path, relative(around.cwd, path), options, output));
  const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
  output.say(
    `${paths.length} ${paths.length === 1 ? "file" : "files"}: ${count("changed")} ${options.check || options.diff ? "to format" : "formatted"}, ${count("same")} unchanged${count("broken") ? `, ${count("broken")} with errors` : ""}`,
  );
  if (count("broken") > 0) return EXIT.idl;
  return options.check && count("changed") > 0 ? EXIT.findings : EXIT.ok;
};

type Outcome = "same" | "changed" | "broken";

function formatFile(path: string, shown: string, options: FormatOptions, output: Output): Outcome {
  const before = read(path);
  if (before === undefined) {
    output.error(`error: ${shown} cannot be read`);
    return "broken";
  }
  const after = formatOrReport(shown, before, output);
  if (after === undefined) return "broken";
  if (before.equals(Buffer.from(after))) return "same";
  if (options.diff) output.result(patch(shown, before, after));
  else if (options.check) output.result(`${shown}\n`);
  else writeFileSync(path, after);
  return "changed";
}

function read(path: string): Buffer | undefined {
  try {
    // A pipe would be waited for, perhaps for ever, and cannot be written back.
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function formatOrReport(shown: string, content: Buffer, output: Output): string | undefined {
  const diagnostics = new Diagnostics();
  const after = formatSource(new Source(shown, content), diagnostics);
  if (after === undefined)
    output.error(
      renderText(
        diagnostics.sorted().filter((found) => found.severity === "error"),
        output.colors,
      ),
    );
  return after;
}

function patch(shown: string, before: Buffer, after: string): string {
  return createTwoFilesPatch(shown, shown, before.toString(), after, "as it is", "formatted");
}

function formatInput(content: Buffer, options: FormatOptions, output: Output): number {
  const after = formatOrReport("<stdin>", content, output);
  if (after === undefined) return EXIT.idl;
  if (options.diff) output.result(content.equals(Buffer.from(after)) ? "" : patch("<stdin>", content, after));
  else if (!options.check) output.result(after);
  return options.check && !content.equals(Buffer.from(after)) ? EXIT.findings : EXIT.ok;
}

async function readAll(stream: AsyncIterable<Uint8Array | string> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
