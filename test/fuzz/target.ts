/** What is fuzzed: something that takes bytes, and what it may do with them. */
import type { Buffer } from "node:buffer";
import { ThriftError } from "../../lib/errors/errors.ts";

export interface Target {
  readonly name: string;
  /** Real input, which changes are made to. */
  readonly seeds: readonly Buffer[];
  /** Rejects, or throws, when something is wrong: a finding. What the target rightly refuses it swallows itself. */
  run(bytes: Buffer): void | Promise<void>;
}

/** Lets `work` fail with an error of ours, and with no other. Undefined when it failed. */
export function refusable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ThriftError) return undefined;
    throw error;
  }
}
