/**
 * What a protocol's emitter gives the compiler: the text that puts or gets each thing at position `p` of buffer `b`. The order of
 * things, checks of JavaScript types and room are the same for all protocols and stand in emit-write.ts and emit-read.ts.
 */
import type { Type } from "../schema/types.ts";
import type { Source } from "./source.ts";

/** The field written before: a number where it is known when compiling, else only at run time in the local `last`. */
export interface LastField {
  /** Smallest and greatest id that it can have; equal where it is known. */
  readonly min: number;
  readonly max: number;
}

export interface Emitter {
  /** Most bytes of a field's head. */
  readonly headBytes: number;
  /** Most bytes before the content of a string, and of a container. */
  readonly textHeadBytes: number;
  readonly containerHeadBytes: number;
  /** True where field heads count from the field before. */
  readonly usesLast: boolean;
  /** Runtime function that puts a string with its length; throws UNFIT for a lone surrogate. */
  readonly putText: string;

  /** Most bytes that `putValue` puts; 0 for strings, containers and structs, which make their own room. */
  fixedBytes(type: Type): number;
  /** True for a base type that the protocol cannot say. */
  lacks(type: Type): boolean;
  putFieldHead(s: Source, id: number, type: Type, last: LastField): void;
  putBoolField(s: Source, id: number, x: string, last: LastField): void;
  /** A bool, number or uuid in local `x`, already checked. */
  putValue(s: Source, type: Type, x: string): void;
  putLength(s: Source, n: string): void;
  putListHead(s: Source, element: Type, n: string): void;
  putMapHead(s: Source, key: Type, value: Type, n: string): void;

  /** Declares what a reading function needs besides `b`, `p`, `end`. */
  getLocals(s: Source): void;
  /** Reads a field's head: leaves the loop at the struct's end, else sets `id` and what `fieldTypeIsNot` looks at. */
  getFieldHead(s: Source): void;
  readonly fieldId: string;
  /** What `getFieldHead` leaves, as parameters of a function that reads some of the fields. */
  readonly fieldParameters: string;
  /** Condition: the field's type on the wire is another than `type`. */
  fieldTypeIsNot(type: Type): string;
  /** Expression for the field's type as the runtime function `unknownField` takes it. */
  readonly fieldType: string;
  readonly unknownField: string;
  getBoolField(s: Source, into: string): void;
  /** A bool, number or uuid. */
  getValue(s: Source, type: Type, into: string): void;
  /** Declares `n`, the length of what follows, checked by the caller. */
  getLength(s: Source, n: string): void;
  /** Declares `n`, checked against the bytes that remain, and runs `mismatch` where elements are of another type. */
  getListHead(s: Source, element: Type, n: string, mismatch: string): void;
  getMapHead(s: Source, key: Type, value: Type, n: string, mismatch: string): void;
}
