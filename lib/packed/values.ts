/**
 * JavaScript values as MessagePack bytes and back, with msgpackr for the way back: the one file that imports a package. What arrives is
 * looked through before it is unpacked, so that a few bytes cannot announce a large array. Knows no calls.
 */
import type { Buffer } from "node:buffer";
import { Unpackr } from "msgpackr";
import { checkPacked } from "./bounds.ts";
import { writePacked } from "./writer.ts";

// No shared records: they would be state between messages. A 64-bit integer comes back as the bigint it was.
const unpackr = new Unpackr({ useRecords: false, int64AsType: "bigint", moreTypes: false });

/** The bytes of `value`; throws EncodeError, with `path` as what it was, for what would not come back as it is. */
export function packValue(value: unknown, path: string): Buffer {
  return writePacked(value, path);
}

/** The value in `bytes`. Throws DecodeError. */
export function unpackValue(bytes: Uint8Array): unknown {
  checkPacked(bytes);
  return unpackr.unpack(bytes);
}
