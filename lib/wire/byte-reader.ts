/**
 * A window over received bytes, with the limits and options that hold while they are decoded. It knows bytes and a position,
 * never Thrift, and owns no memory.
 */
import { Buffer } from "node:buffer";

const EMPTY = Buffer.alloc(0);

/** What a reader admits and how it treats what it does not know. */
export interface ReaderOptions {
  /** Longest string or binary in bytes. Default 16,384,000, the default limit of a frame. */
  readonly maxStringBytes?: number;
  /** Deepest nesting of structs and containers together. Default 64. */
  readonly maxDepth?: number;
  /** Bytes of memory, about, that the values of one message may take. Default and at most 2,147,483,647. */
  readonly maxValueBytes?: number;
  /** `check` (default) fails on a string that is not UTF-8; `replace` puts U+FFFD where it is not. */
  readonly utf8?: "check" | "replace";
  /** Keep fields that the schema does not know and write them again. Default false. */
  readonly keepUnknown?: boolean;
}

/** Reused for one message after another; values read as views live as long as the buffer under them. */
export class ByteReader {
  buf: Buffer = EMPTY;
  pos = 0;
  /** Offset after the last byte that may be read. */
  end = 0;
  maxStringBytes: number;
  maxDepth: number;
  readonly maxValueBytes: number;
  /** Bytes of memory that values may still take; below 0 nothing more is made. */
  room: number;
  utf8: "check" | "replace";
  keepUnknown: boolean;
  /** Nobody writes into `buf` any more, so that a large value need not be copied out of it. Default false: the caller may go on using the buffer. */
  lasting = false;
  /** Scratch of the codecs: the value of a boolean that came in a field's header. */
  flag = false;

  constructor(options: ReaderOptions = {}) {
    this.maxStringBytes = options.maxStringBytes ?? 16_384_000;
    this.maxDepth = options.maxDepth ?? 64;
    this.maxValueBytes = options.maxValueBytes ?? 0x7fff_ffff;
    this.room = this.maxValueBytes;
    this.utf8 = options.utf8 ?? "check";
    this.keepUnknown = options.keepUnknown ?? false;
  }

  /** Points at bytes [start, end) of `buf`, with all of its room. The caller keeps them unchanged until it has read what it wants. */
  reset(buf: Buffer, start: number, end: number): void {
    this.buf = buf;
    this.pos = start;
    this.end = end;
    this.room = this.maxValueBytes;
  }

  /** Bytes of memory that the values take that were read since `reset`. */
  get taken(): number {
    return this.maxValueBytes - this.room;
  }
}
