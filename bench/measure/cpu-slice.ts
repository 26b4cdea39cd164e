/**
 * How often a function can be called in a second of CPU time. CPU time and not wall time: on a machine that others use too
 * it moves far less, and it counts what the garbage collector's threads do for the function.
 */

/** Where every result goes, so that no optimiser can find out that nobody wants it. */
export const sink: { last: unknown } = { last: undefined };

/** Calls `operation(i)`, i running over 0 to `count` - 1, for about `ms` of wall time. */
export function operationsPerCpuSecond(operation: (i: number) => unknown, count: number, ms: number): number {
  const end = performance.now() + ms;
  const before = process.cpuUsage();
  let calls = 0;
  // about 64 calls of the fastest between two looks at the clock, but only few of one that takes a millisecond
  const batch = Math.min(count, 64);
  do {
    for (let i = 0; i < batch; i++) sink.last = operation(i);
    calls += batch;
  } while (performance.now() < end);
  const used = process.cpuUsage(before);
  return (calls / (used.user + used.system)) * 1e6;
}
