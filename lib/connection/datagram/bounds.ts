/** Checks the numbers that a user sets for UDP, for client and server alike. Knows nothing of what they are for. */
import { ThriftError } from "../../errors.ts";
import { MAX_UDP_BYTES } from "./request-writer.ts";

/** Smallest size of a datagram to be set: an envelope and a short message fit. */
const LEAST_DATAGRAM_BYTES = 256;

/** `value` if it is a whole number in these bounds. Throws CONFIGURATION otherwise. */
export function wholeNumber(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `${least} to ${most}`;
  throw new ThriftError("CONFIGURATION", `${option}: expected ${bounds}, got ${value}`);
}

/** The same for the size of a datagram: 1,232 bytes where none is set. */
export function datagramBytes(value: number | undefined): number {
  return wholeNumber("maxDatagramBytes", value ?? 1_232, LEAST_DATAGRAM_BYTES, MAX_UDP_BYTES);
}
