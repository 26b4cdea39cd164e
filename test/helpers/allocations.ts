/** Counts the memory that code takes by `Buffer.allocUnsafeSlow`, which is where messages that come in pieces grow. */
import { Buffer } from "node:buffer";

export interface Allocations {
  /** Buffers taken. */
  count: number;
  /** Bytes of the largest. */
  largest: number;
  /** Bytes of all. */
  bytes: number;
}

/** What `run` takes; it must not wait for anything. */
export function allocations(run: () => void): Allocations {
  const original = Buffer.allocUnsafeSlow;
  const seen: Allocations = { count: 0, largest: 0, bytes: 0 };
  Buffer.allocUnsafeSlow = (size) => {
    seen.count++;
    seen.largest = Math.max(seen.largest, size);
    seen.bytes += size;
    return original(size);
  };
  try {
    run();
  } finally {
    Buffer.allocUnsafeSlow = original;
  }
  return seen;
}
