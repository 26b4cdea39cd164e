/**
 * When a codec is compiled: at its n-th use, reading and writing apart. Compiling costs as much as some hundred uses by the
 * interpreter save, and most structs of a large schema are never used at all.
 */
import type { Protocol } from "../protocol/protocol.ts";
import type { CodecMakers } from "../schema/types.ts";
import type { Codec } from "./codec.ts";
import { bindText, type CodecOf, compile, isCompilable, mayCompile, type Shape } from "./compiler.ts";

/**
 * Uses after which a function is compiled; docs/decisions/001-codec-shape.md says how it was measured. Tests set it lower, so that
 * they meet both kinds of codec in a few rounds.
 */
export const compiling: { afterUses: number } = { afterUses: 256 };

/** What a lazy codec is made of. */
export interface LazyParts<T> {
  readonly shape: Shape;
  readonly protocol: Protocol;
  readonly interpreted: Codec<T>;
  readonly codecOf: CodecOf;
  /** Written by a build: used at once. */
  readonly made: CodecMakers | undefined;
}

/** Fills in `codec`: from `made` where a build wrote it, else interpreted until it proves to be used. */
export function fillCodec<T>(codec: Codec<T>, parts: LazyParts<T>): Codec<T> {
  const { shape, protocol, codecOf, made } = parts;
  if (made !== undefined) {
    codec.write = bindText(made.write, shape, protocol, codecOf);
    codec.read = bindText(made.read, shape, protocol, codecOf);
  } else if (isCompilable(protocol)) countUses(codec, parts);
  else Object.assign(codec, parts.interpreted);
  return codec;
}

function countUses<T>(codec: Codec<T>, { shape, protocol, interpreted, codecOf }: LazyParts<T>): void {
  let writes = 0;
  let reads = 0;
  codec.write = (w, value) => {
    if (++writes === compiling.afterUses && mayCompile())
      codec.write = compile(shape, protocol, "write", codecOf) as Codec<T>["write"];
    interpreted.write(w, value);
  };
  codec.read = (r, depth) => {
    if (++reads === compiling.afterUses && mayCompile())
      codec.read = compile(shape, protocol, "read", codecOf) as Codec<T>["read"];
    return interpreted.read(r, depth);
  };
}
