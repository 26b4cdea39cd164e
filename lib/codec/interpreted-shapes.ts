/** Structs, arguments and results by the interpreter. Arguments are a struct seen as an array; a result is the value itself. */
import type { Encoding } from "../protocol/protocol.ts";
import type { ResultShape } from "../schema/service.ts";
import type { Field, StructType } from "../schema/types.ts";
import { initialValue } from "../schema/value.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { Codec } from "./codec.ts";
import { fallbackArgument } from "./fields.ts";
import { type Context, readFields, readStruct, writeField, writeStruct } from "./interpreter.ts";
import { unfit } from "./unfit.ts";

/** `nested` as in Context: without it the whole value is interpreted. */
export function interpretedStruct(e: Encoding, type: StructType, nested?: Context["nested"]): Codec {
  const c = { e, nested };
  return {
    write: (w, value) => writeStruct(c, w, type, value),
    read: (r, depth) => readStruct(c, r, type, depth),
  };
}

/**
 * An argument must be given unless it is declared `optional` or has a default, which is then sent; one that did not come is its
 * default, zero or undefined.
 */
export function interpretedArgs(
  e: Encoding,
  fields: readonly Field[],
  nested?: Context["nested"],
): Codec<readonly unknown[]> {
  const c = { e, nested };
  const known = fieldFinder(fields);
  return {
    write(w, args) {
      e.writeStructBegin(w);
      let lastId = 0;
      fields.forEach((field, i) => {
        const value = args[i] === undefined ? fallbackArgument(field) : args[i];
        if (value === undefined && field.need !== "optional") unfit();
        if (writeField(c, w, field, value, lastId)) lastId = field.id;
      });
      e.writeStructEnd(w);
    },
    read(r, depth) {
      const { values } = readFields(c, r, known, depth, false);
      return fields.map((field) => (values.has(field) ? values.get(field) : initialValue(field)));
    },
  };
}

/** What `read` gives for a result that has neither a value nor an exception. */
export const NO_RESULT: unique symbol = Symbol("no result");

/** `write` takes the value; `read` gives it, or throws the declared exception, or gives NO_RESULT. */
export function interpretedResult(e: Encoding, shape: ResultShape, nested?: Context["nested"]): Codec {
  const c = { e, nested };
  const success = successField(shape);
  const known = fieldFinder(success === undefined ? shape.throws : [success, ...shape.throws]);
  return {
    write(w, value) {
      e.writeStructBegin(w);
      if (success !== undefined) writeField(c, w, success, value, 0);
      e.writeStructEnd(w);
    },
    read(r: ByteReader, depth: number) {
      const { values } = readFields(c, r, known, depth, false);
      if (success !== undefined && values.has(success)) return values.get(success);
      const thrown = [...values.values()].at(-1);
      if (thrown !== undefined) throw thrown;
      return success === undefined ? undefined : NO_RESULT;
    },
  };
}

/** The field 0 in which a value is returned; undefined for void. */
export function successField(shape: ResultShape): Field | undefined {
  if (shape.type === undefined) return undefined;
  return { id: 0, name: "success", key: "success", type: shape.type, need: "required", default: undefined };
}

function fieldFinder(fields: readonly Field[]): (id: number) => Field | undefined {
  const byId = new Map(fields.map((field) => [field.id, field]));
  return (id) => byId.get(id);
}
