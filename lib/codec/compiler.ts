/**
 * From schema to functions: text for each struct, argument list and result, made into functions by `new Function`. The text is
 * the same that a build writes into a module (module-source.ts). It decides nothing about when to compile; lazy-codec.ts does.
 */
import { binaryEncoding } from "../protocol/binary-encoding.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import type { Encoding, Protocol } from "../protocol/protocol.ts";
import type { Field, StructType } from "../schema/types.ts";
import { BinaryEmitter } from "./binary-emitter.ts";
import type { Codec } from "./codec.ts";
import { CompactEmitter } from "./compact-emitter.ts";
import { emitArgsReader, emitResultReader, emitStructReader } from "./emit-read.ts";
import { emitArgsWriter, emitResultWriter, emitStructWriter } from "./emit-write.ts";
import type { Emitter } from "./emitter.ts";
import { runtime } from "./runtime.ts";
import { Source } from "./source.ts";

/** What the text of one function is made for. */
export type Shape =
  | { readonly kind: "struct"; readonly type: StructType; readonly fields: readonly Field[] }
  | { readonly kind: "args"; readonly fields: readonly Field[] }
  /** `fields`: the value, if there is one, and the declared exceptions. */
  | { readonly kind: "result"; readonly success: Field | undefined; readonly fields: readonly Field[] };

export type Direction = "write" | "read";

/** Parameters of the text when it is a function's body; see `bindText`. */
export const TEXT_PARAMETERS: readonly string[] = ["$", "type", "fields", "codecOf", "encoding"];

const emitters = new Map<Encoding, Emitter>([
  [binaryEncoding, new BinaryEmitter()],
  [compact.encoding, new CompactEmitter("apache")],
  [compactFb.encoding, new CompactEmitter("fb")],
]);

/** True for protocols that have an emitter; the others are always interpreted. */
export function isCompilable(protocol: Protocol): boolean {
  return emitters.has(protocol.encoding);
}

/** The body of a function with `TEXT_PARAMETERS` that returns the reader or writer of `shape`. */
export function functionText(shape: Shape, protocol: Protocol, direction: Direction): string {
  const s = new Source();
  const e = emitters.get(protocol.encoding)!;
  if (direction === "write") emitWriter(s, shape, e);
  else emitReader(s, shape, e);
  return s.text;
}

function emitWriter(s: Source, shape: Shape, e: Emitter): void {
  if (shape.kind === "struct") emitStructWriter(s, shape.type, e);
  else if (shape.kind === "args") emitArgsWriter(s, shape.fields, e);
  else emitResultWriter(s, shape.success, e);
}

function emitReader(s: Source, shape: Shape, e: Emitter): void {
  if (shape.kind === "struct") emitStructReader(s, shape.type, e);
  else if (shape.kind === "args") emitArgsReader(s, shape.fields, e);
  else emitResultReader(s, shape.success, shape.fields, e);
}

/** Compiles one function. Throws EvalError where code generation from strings is forbidden; see `mayCompile`. */
export function compile<D extends Direction>(
  shape: Shape,
  protocol: Protocol,
  direction: D,
  codecOf: CodecOf,
): Codec[D] {
  return bindText(new Function(...TEXT_PARAMETERS, functionText(shape, protocol, direction)), shape, protocol, codecOf);
}

/** Finds the codec of a nested struct. */
export type CodecOf = (type: StructType) => Codec;

/** Binds a function whose body is a text, compiled here or at build time, to a shape. */
// biome-ignore lint/complexity/noBannedTypes: what a text returns is known from what it was made for
export function bindText<F>(maker: Function, shape: Shape, protocol: Protocol, codecOf: CodecOf): F {
  return maker(
    runtime,
    shape.kind === "struct" ? shape.type : undefined,
    shape.fields,
    codecOf,
    protocol.encoding,
  ) as F;
}

let allowed: boolean | undefined;

/** False in a process that forbids code generation from strings. */
export function mayCompile(): boolean {
  allowed ??= tryCompile();
  return allowed;
}

function tryCompile(): boolean {
  try {
    return new Function("return true")() as boolean;
  } catch {
    return false;
  }
}
