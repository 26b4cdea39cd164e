/** Codecs as files beside the generated ones, for processes that forbid code generation from strings. */
import type { GeneratedFile } from "../idl/typescript/generator.ts";
import { codecModuleSource } from "../lib/codec/module-source.ts";
import { binary } from "../lib/protocol/binary.ts";
import { compact, compactFb } from "../lib/protocol/compact.ts";
import { linkProgram } from "../lib/schema/link.ts";

const PROTOCOLS = [compact, binary, compactFb];

/** `x.codec.ts` for each `x.ts`, by path. */
export function* codecFiles(files: readonly GeneratedFile[]): Generator<readonly [path: string, text: string]> {
  const modules = files.map(({ key, schema }) => ({ key, module: schema }));
  const linked = linkProgram({ scrimp: 1, main: modules[0]?.key ?? "", modules });
  for (const [key, module] of linked)
    yield [`${key}.codec.ts`, codecModuleSource(module, PROTOCOLS, { typescript: true })];
}
