/**
 * Bytes allocated per call: the growth of the heap and of memory outside it over batches too short for a collection; the
 * median of them, so that a batch in which one ran anyway (it shows as a loss) counts for nothing.
 */
import { getHeapStatistics } from "node:v8";
import { median } from "../statistics.ts";
import { sink } from "./cpu-slice.ts";

const BATCHES = 25;
const MAX_BATCH = 256;
const BATCH_NS = 500_000;

/** `operationNs`: about how long one call takes, which decides how many make a batch. */
export function allocationPerOperation(operation: (i: number) => unknown, count: number, operationNs: number): number {
  const batch = Math.max(1, Math.min(MAX_BATCH, Math.round(BATCH_NS / operationNs)));
  const idle = median(Array.from({ length: BATCHES }, () => growth(() => {}, 0, count)));
  const grown = Array.from({ length: BATCHES }, () => growth(operation, batch, count)).filter((bytes) => bytes >= 0);
  return grown.length === 0 ? Number.NaN : Math.max(0, median(grown) - idle) / batch;
}

function growth(operation: (i: number) => unknown, batch: number, count: number): number {
  const before = allocated();
  for (let i = 0; i < batch; i++) sink.last = operation(i % count);
  return allocated() - before;
}

function allocated(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
