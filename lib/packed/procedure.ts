/**
 * Procedures without an IDL: a method of any name whose argument and result are one binary each, holding packed values. On the
 * wire it is an ordinary Thrift method, `binary name(1: binary arguments)`. Knows nothing of connections.
 */
import type { Buffer } from "node:buffer";
import type { HandlerContext } from "../call/call.ts";
import { DecodeError, EncodeError, unsentError } from "../errors/errors.ts";
import { Lazy } from "../platform/lazy.ts";
import { Module } from "../schema/link.ts";
import type { Method } from "../schema/service.ts";
import { isPromise } from "../user-values/promise-like.ts";
import { writePacked } from "./writer.ts";

type PackedReader = typeof import("./reader.ts");

/** What reads packed values; msgpackr comes with it. */
export const packedReader: Lazy<PackedReader> = new Lazy(() => import("./reader.ts"));

/** A function that is called without an IDL; after the caller's arguments comes the context. */
// biome-ignore lint/suspicious/noExplicitAny: without an IDL nothing says what the arguments are.
export type PackedFunction = (...args: any[]) => unknown;

/** What a caller sent as arguments is none: it is told so, unlike of errors that a handler throws. */
export class BadArguments extends DecodeError {}

/** The method that stands for the procedure `name`. */
export function packedMethod(name: string): Method {
  const methods = [
    { name, args: [{ id: 1, name: "arguments", type: "binary/view" }], returns: "binary/view" },
  ] as const;
  const { methods: linked } = new Module({
    name: "packed",
    services: [{ kind: "service", name: "Packed", methods }],
  }).service("Packed");
  return linked.get(name) as Method;
}

/** The bytes of a procedure's arguments. Throws INVALID_ARGUMENT, unsent. */
export function packArguments(args: unknown, name: string): Buffer {
  try {
    if (!Array.isArray(args)) throw new EncodeError("arguments", `expected an array, got ${typeof args}`);
    return writePacked(args, "arguments");
  } catch (error) {
    throw unsentError(error, name);
  }
}

/** The result in a procedure's reply, or a promise for it. Throws or rejects with DecodeError. */
export function unpackResult(bytes: unknown): unknown {
  const { loaded } = packedReader;
  if (loaded === undefined) return packedReader.load().then(({ unpackValue }) => unpackValue(bytes as Uint8Array));
  return loaded.unpackValue(bytes as Uint8Array);
}

/** What calls `fn` with unpacked arguments and packs what it gives. */
export function packedProcedure(fn: PackedFunction): (args: unknown[], context: HandlerContext) => unknown {
  return (args, context) => {
    const { loaded } = packedReader;
    return loaded === undefined
      ? packedReader.load().then((reader) => carryOut(fn, unpackArguments(reader, args[0]), context))
      : carryOut(fn, unpackArguments(loaded, args[0]), context);
  };
}

function carryOut(fn: PackedFunction, args: readonly unknown[], context: HandlerContext): unknown {
  const result: unknown = fn(...args, context);
  if (isPromise(result)) return Promise.resolve(result).then((value) => writePacked(value, "result"));
  return writePacked(result, "result");
}

function unpackArguments({ unpackValue }: PackedReader, bytes: unknown): unknown[] {
  let args: unknown;
  try {
    args = unpackValue(bytes as Uint8Array);
  } catch (cause) {
    throw new BadArguments("invalid", (cause as Error).message, { cause });
  }
  if (Array.isArray(args)) return args as unknown[];
  throw new BadArguments("invalid", "they are not an array");
}
