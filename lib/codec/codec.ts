/** What a codec offers, whether interpreted or compiled: values to bytes and back, for one type and one protocol. */
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";

/**
 * One shape in one protocol: a struct, the arguments of a method, or a result. Both functions may be replaced by faster ones
 * as the codec is used: call them through the object.
 */
export interface Codec<T = unknown> {
  /** Throws UNFIT where the value does not fit; see `explain`. */
  write: (w: ByteWriter, value: T) => void;
  /** `depth`: nesting that is still admitted. Throws DecodeError. */
  read: (r: ByteReader, depth: number) => T;
}

/** A value, or one of the declared exceptions: the result of a method, or an element of a stream. */
export interface ResultCodec {
  /** Writes a struct with `value` as field 0; an empty one for void. Throws EncodeError and leaves `w.pos` anywhere. */
  writeResult(w: ByteWriter, value: unknown): void;
  /** Writes `error` if the method declares its class; else writes nothing and returns false. Throws EncodeError. */
  writeException(w: ByteWriter, error: unknown): boolean;
  /**
   * The value; throws the declared exception that came instead, DecodeError for bad bytes, and ThriftError MISSING_RESULT
   * where there is neither.
   */
  readResult(r: ByteReader): unknown;
}

/** Arguments and results of one method in one protocol. */
export interface MethodCodec extends ResultCodec {
  /**
   * Writes the first `arity` of `args`. Throws EncodeError with the path of the value that does not fit and leaves `w.pos`
   * anywhere: the caller sets it back.
   */
  writeArgs(w: ByteWriter, args: readonly unknown[]): void;
  /** As many values as the method has arguments. Throws DecodeError. */
  readArgs(r: ByteReader): unknown[];
  /** Elements of a stream. */
  readonly stream: ResultCodec | undefined;
  /** Elements that the caller sends. */
  readonly sink: ResultCodec | undefined;
  /** Final response of a sink. */
  readonly final: ResultCodec | undefined;
}
