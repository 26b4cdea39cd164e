/**
 * How often a function can be called in a second of CPU time. CPU time and not wall time: on a machine that others use too
 * it moves far less, and it counts what the garbage collector's threads do for the function.
 */

/** Where every result goes, so that no optimiser can find out that nobody wants it. */
export const sink: { last: unknown } = { last: undefined };

/** Calls between two looks at the wall clock; `process.cpuUsage` is dearer and is asked once a millisecond. */
const BATCH = 64;

/** Calls `operation(i)`, i running over 0 to `count` - 1, until it has used about `ms` of CPU time. */
export function operationsPerCpuSecond(operation: (i: number) => unknown, count: number, ms: number): number {
  const batch = Math.min(count, BATCH);
  const before = process.cpuUsage();
  let calls = 0;
  for (let lookAt = performance.now() + 1; ; ) {
    for (let i = 0; i < batch; i++) sink.last = operation(i);
    calls += batch;
    if (performance.now() < lookAt) continue;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000) return (calls / (user + system)) * 1e6;
    lookAt = performance.now() + 1;
  }
}
