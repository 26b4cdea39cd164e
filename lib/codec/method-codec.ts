/** Arguments and results of a method: what client and server call. It adds errors that say where, and knows no messages. */
import { ThriftError } from "../errors/errors.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { TType } from "../protocol/types.ts";
import type { Method, ResultShape } from "../schema/service.ts";
import type { Field, StructType } from "../schema/types.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { Codec, MethodCodec, ResultCodec } from "./codec.ts";
import { explain } from "./explain.ts";
import { NO_RESULT } from "./interpreted-shapes.ts";
import { argsCodec, resultCodec, structCodec } from "./shapes.ts";

/** The codec of `method` in `protocol`: made once, interpreted at first and compiled when it proves to be used. */
export function methodCodec(method: Method, protocol: Protocol): MethodCodec {
  const known = method.codecSlots[protocol.index] as MethodCodec | undefined;
  return known ?? makeMethodCodec(method, protocol);
}

function makeMethodCodec(method: Method, protocol: Protocol): MethodCodec {
  const codec = new ShapedMethodCodec(method, protocol);
  method.codecSlots[protocol.index] = codec;
  return codec;
}

class ShapedResultCodec implements ResultCodec {
  readonly #shape: ResultShape;
  readonly #where: string;
  readonly #protocol: Protocol;
  readonly #result: Codec;

  constructor(shape: ResultShape, where: string, protocol: Protocol) {
    this.#shape = shape;
    this.#where = where;
    this.#protocol = protocol;
    this.#result = resultCodec(shape, protocol);
  }

  writeResult(w: ByteWriter, value: unknown): void {
    w.depth = w.maxDepth;
    try {
      this.#result.write(w, value);
    } catch (error) {
      const { type } = this.#shape;
      throw explain(error, this.#protocol, type === undefined ? [] : [{ path: "result", type, value }], w.maxDepth);
    }
  }

  writeException(w: ByteWriter, error: unknown): boolean {
    for (const field of this.#shape.throws) {
      const type = field.type as StructType;
      if (type.exceptionClass === undefined || !(error instanceof type.exceptionClass)) continue;
      this.#writeThrown(w, field, type, error);
      return true;
    }
    return false;
  }

  #writeThrown(w: ByteWriter, field: Field, type: StructType, error: Error): void {
    const e = this.#protocol.encoding;
    w.depth = w.maxDepth;
    try {
      e.writeStructBegin(w);
      e.writeFieldBegin(w, TType.STRUCT, field.id, 0);
      structCodec(type, this.#protocol).write(w, error);
      e.writeFieldEnd(w);
      e.writeStructEnd(w);
    } catch (thrown) {
      throw explain(thrown, this.#protocol, [{ path: type.name, type, value: error }], w.maxDepth);
    }
  }

  readResult(r: ByteReader): unknown {
    const value = this.#result.read(r, r.maxDepth);
    if (value !== NO_RESULT) return value;
    throw new ThriftError("MISSING_RESULT", `${this.#where}: the result has neither a value nor a declared exception`, {
      delivery: "answered",
      phase: "decode",
    });
  }
}

class ShapedMethodCodec extends ShapedResultCodec implements MethodCodec {
  readonly stream: ResultCodec | undefined;
  readonly sink: ResultCodec | undefined;
  readonly final: ResultCodec | undefined;
  readonly #method: Method;
  readonly #protocol: Protocol;
  readonly #args: Codec<readonly unknown[]>;

  constructor(method: Method, protocol: Protocol) {
    super(method.result, method.name, protocol);
    this.#method = method;
    this.#protocol = protocol;
    this.#args = argsCodec(method, protocol);
    this.stream = method.stream && new ShapedResultCodec(method.stream, method.name, protocol);
    this.sink = method.sink && new ShapedResultCodec(method.sink, method.name, protocol);
    this.final = method.final && new ShapedResultCodec(method.final, method.name, protocol);
  }

  writeArgs(w: ByteWriter, args: readonly unknown[]): void {
    w.depth = w.maxDepth;
    try {
      this.#args.write(w, args);
    } catch (error) {
      throw this.#explainArgs(error, args, w.maxDepth);
    }
  }

  #explainArgs(error: unknown, args: readonly unknown[], maxDepth: number): Error {
    const given = this.#method.args.map((field, i) => ({ field, path: field.name, type: field.type, value: args[i] }));
    const needed = given.filter(({ field, value }) => value !== undefined || isNeeded(field));
    return explain(error, this.#protocol, needed, maxDepth);
  }

  readArgs(r: ByteReader): unknown[] {
    return this.#args.read(r, r.maxDepth) as unknown[];
  }
}

/** An argument that has no value of its own when the caller leaves it out. */
function isNeeded(field: Field): boolean {
  return field.need !== "optional" && field.default === undefined;
}
