/** What a fault is. What it shows of a system is a verdict. */
import type { Lab } from "./lab.ts";
import type { Verdict } from "./verdict.ts";

export interface Fault {
  readonly name: string;
  /** Whether it needs the machine, or most of its descriptors, for itself. */
  readonly alone?: boolean;
  /** Undefined: the system has nothing that this fault could be done to. */
  run(lab: Lab): Promise<Verdict | undefined>;
}
