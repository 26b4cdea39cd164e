/**
 * MessagePack bytes as JavaScript values, with msgpackr: the one file that imports a package, loaded when something packed arrives. What
 * arrives is looked through before it is unpacked, so that a few bytes cannot announce a large array. Knows no calls.
 */
import { Unpackr } from "msgpackr";
import { checkPacked } from "./bounds.ts";

// No shared records: they would be state between messages. A 64-bit integer comes back as the bigint it was.
const unpackr = new Unpackr({ useRecords: false, int64AsType: "bigint", moreTypes: false });

/** The value in `bytes`. Throws DecodeError. */
export function unpackValue(bytes: Uint8Array): unknown {
  checkPacked(bytes);
  return unpackr.unpack(bytes);
}
