/**
 * The codecs of a module as the text of another: the same functions that the compiler makes at run time, for processes that
 * forbid code generation from strings. The text imports nothing; `defineModule` takes its default export.
 */
import type { Protocol } from "../protocol/protocol.ts";
import type { Module } from "../schema/link.ts";
import type { Method } from "../schema/service.ts";
import { functionText, isCompilable, type Shape, TEXT_PARAMETERS } from "./compiler.ts";
import { resultShape } from "./shapes.ts";

/** Lines at the head of the text. `typescript` makes it a `.ts` file that passes strict settings. */
export interface ModuleTextOptions {
  readonly typescript?: boolean;
}

/**
 * Text of the module that holds the codecs of `module` for `protocols`, which must have emitters. Throws ThriftError
 * CONFIGURATION for a schema that cannot be linked.
 */
export function codecModuleSource(
  module: Module,
  protocols: readonly Protocol[],
  options: ModuleTextOptions = {},
): string {
  const compilable = protocols.filter(isCompilable);
  const entries = [...shapesOf(module)].map(([name, shape]) => entryText(name, shape, compilable));
  const head = options.typescript
    ? ["// @ts-nocheck", 'import type { ModuleCodecs } from "scrimp/codegen/v1";', "", "const codecs: ModuleCodecs = ["]
    : ["const codecs = ["];
  return [
    `// Codecs written by scrimp compile --codec module. Do not edit.`,
    ...head,
    ...entries,
    "];",
    "export default codecs;",
    "",
  ].join("\n");
}

/** Names as `Module` finds them: `Struct`, `Service.method args`, `Service.method result`. */
function* shapesOf(module: Module): Generator<readonly [string, Shape]> {
  for (const type of module.structs) yield [type.name, { kind: "struct", type, fields: type.fields }];
  for (const service of module.services) {
    for (const method of service.methods.values()) if (method.service === service) yield* methodShapes(method);
  }
}

function* methodShapes(method: Method): Generator<readonly [string, Shape]> {
  const name = `${method.service.name}.${method.name}`;
  yield [`${name} args`, { kind: "args", fields: method.args }];
  for (const part of ["result", "stream", "sink", "final"] as const) {
    const shape = method[part];
    if (shape !== undefined) yield [`${name} ${part}`, resultShape(shape)];
  }
}

function entryText(name: string, shape: Shape, protocols: readonly Protocol[]): string {
  const makers = protocols.map((protocol) => makerText(shape, protocol));
  return `  [${JSON.stringify(name)}, {\n${makers.join("")}  }],`;
}

function makerText(shape: Shape, protocol: Protocol): string {
  const functions = (["write", "read"] as const).map((direction) => {
    const body = functionText(shape, protocol, direction).replaceAll(/^/gm, "        ");
    return `      ${direction}(${TEXT_PARAMETERS.join(", ")}) {\n${body}\n      },\n`;
  });
  return `    ${JSON.stringify(protocol.name)}: {\n${functions.join("")}    },\n`;
}
