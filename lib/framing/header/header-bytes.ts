/** A window over the header of a THeader or TTHeader frame, read from front to back. Every read is checked against its end; all throw DecodeError. */
import { DecodeError } from "../../errors/errors.ts";

/** Headers of one frame, in all its info blocks; what we write ourselves is bounded by less. */
export const MAX_FRAME_HEADERS = 1024;

export class HeaderBytes {
  #buf: Buffer;
  #pos: number;
  #end: number;

  constructor(buf: Buffer, start: number, end: number) {
    this.#buf = buf;
    this.#pos = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#pos;
  }

  u8(): number {
    return this.#buf[this.#advance(1)] as number;
  }

  u16(): number {
    return this.#buf.readUInt16BE(this.#advance(2));
  }

  /** Up to 31 bits in at most five bytes. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0x7fffffff) break;
        return value;
      }
    }
    throw new DecodeError("invalid", "header with a varint above 31 bits");
  }

  /** `length` bytes of UTF-8; what is not UTF-8 becomes U+FFFD. */
  text(length: number): string {
    const start = this.#advance(length);
    return this.#buf.toString("utf8", start, start + length);
  }

  #advance(size: number): number {
    const start = this.#pos;
    if (size > this.#end - start)
      throw new DecodeError("incomplete", `header ends ${size - (this.#end - start)} bytes inside a value`);
    this.#pos = start + size;
    return start;
  }
}
