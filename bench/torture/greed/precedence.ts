/**
 * Who gets a core's time first. What is measured goes before everything else on the machine, where the system allows that, so that others'
 * work on it decides nothing; the greedy client, which shares a core with the ordinary ones, must not be the one that makes them wait.
 */
import { setPriority } from "node:os";

const FIRST = -10;
const USUAL = 0;
/** Ten steps of niceness are a tenth of the time where two want it. */
const LAST = 10;

export function goFirst(): void {
  try {
    setPriority(FIRST);
  } catch {
    // Not allowed to: then the usual is first, and the greedy one goes last.
  }
}

export function goLast(): void {
  try {
    setPriority(FIRST);
    setPriority(USUAL);
  } catch {
    setPriority(LAST);
  }
}
