/** Headers of every shape that the one rule for header text lets pass, up to its limits: framings must have room for all of them. */
import fc from "fast-check";
import {
  headerBytes,
  judgedHeaders,
  MAX_HEADER_NAME_BYTES,
  MAX_HEADER_VALUE_BYTES,
  MAX_HEADERS,
  MAX_HEADERS_BYTES,
} from "../../lib/call/headers.ts";

const nameLength = fc.oneof(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 4, max: MAX_HEADER_NAME_BYTES }));
const valueLength = fc.oneof(fc.constant(0), fc.nat(200), fc.nat(MAX_HEADER_VALUE_BYTES));
const letter = fc.constantFrom("x", "é", "☃", "😀");

/** As many of the drawn headers as fit, then one that fills what is left. */
export const judgedToTheLimit: fc.Arbitrary<ReadonlyMap<string, string>> = fc
  .array(fc.tuple(nameLength, valueLength, letter), { maxLength: MAX_HEADERS - 1 })
  .map((drawn) => {
    const headers = new Map<string, string>();
    let left = MAX_HEADERS_BYTES;
    for (const [nameBytes, valueBytes, unit] of drawn) {
      const name = `${headers.size}`.padStart(nameBytes, "n");
      const value = unit.repeat(valueBytes / Buffer.byteLength(unit));
      if (headerBytes(name, value) > left) continue;
      left -= headerBytes(name, value);
      headers.set(name, value);
    }
    const rest = left - headerBytes("rest", "");
    if (rest >= 0) headers.set("rest", "r".repeat(Math.min(rest, MAX_HEADER_VALUE_BYTES)));
    return judgedHeaders(headers) ?? new Map();
  });
