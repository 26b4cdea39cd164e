/**
 * JavaScript values as MessagePack bytes, by msgpackr: the one file that imports a package. What arrives is looked through before
 * it is unpacked, so that a few bytes cannot announce a large array. Knows no calls.
 */
import type { Buffer } from "node:buffer";
import { Packr } from "msgpackr";
import { EncodeError } from "../errors.ts";
import { checkPacked } from "./packed-bounds.ts";

class StrictPackr extends Packr {
  /** Called by msgpackr, which would write null by itself. */
  writeFunction(): never {
    throw new TypeError("it holds a function");
  }
}

// No shared records: they would be state between messages. A 64-bit integer comes back as the bigint it was.
const packr = new StrictPackr({ useRecords: false, int64AsType: "bigint", moreTypes: false });

/** The bytes of `value`; throws EncodeError, with `path` as what it was, for what cannot be packed. */
export function packValue(value: unknown, path: string): Buffer {
  try {
    return packr.pack(value);
  } catch (cause) {
    throw new EncodeError(path, `cannot be packed: ${(cause as Error).message}`, { cause });
  }
}

/** The value in `bytes`. Throws DecodeError. */
export function unpackValue(bytes: Uint8Array): unknown {
  checkPacked(bytes);
  return packr.unpack(bytes);
}
