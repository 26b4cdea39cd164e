/** The errors of every decoder here, in the same words: what, where, limit and actual. */
import { DecodeError } from "../errors/errors.ts";

/** Fewer bytes remain than the value needs. */
export function incomplete(wanted: number, pos: number, end: number): never {
  throw new DecodeError(
    "incomplete",
    `bytes end inside a value: ${wanted} wanted at byte ${pos}, ${Math.max(0, end - pos)} remain`,
  );
}

/** The bytes are not what the protocol allows. */
export function invalid(problem: string, pos: number): never {
  throw new DecodeError("invalid", `${problem} at byte ${pos}`);
}

export function tooDeep(maxDepth: number, pos: number): never {
  throw new DecodeError("limit", `structs and containers nest deeper than the limit of ${maxDepth} at byte ${pos}`);
}

export function tooLong(bytes: number, limit: number, pos: number): never {
  throw new DecodeError("limit", `string of ${bytes} bytes at byte ${pos}, limit ${limit}`);
}

/** The values of a message take more memory than they may. */
export function tooHeavy(limit: number, pos: number): never {
  throw new DecodeError("limit", `values that take more than ${limit} bytes of memory at byte ${pos}`);
}

/** A container announces more elements than the bytes that remain can hold. */
export function tooMany(size: number, minBytes: number, pos: number, end: number): never {
  throw new DecodeError(
    "incomplete",
    `container of ${size} elements at byte ${pos} needs at least ${size * minBytes} bytes, ${Math.max(0, end - pos)} remain`,
  );
}
