/** The words of the benchmarks: a case is measured on several contenders, in rounds, and yields results. Knows no case. */

/** One number, as one round found it. */
export interface Sample {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** One metric of one contender over all rounds: the form of the JSON file. */
export interface Result {
  readonly case: string;
  readonly contender: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The value of each round, in order: the n-th of two contenders belong together. */
  readonly runs: readonly number[];
}

/** A contender that is ready to be measured. */
export interface Runner {
  /** Works for about this long and says what it saw. */
  slice(ms: number): Promise<readonly Sample[]>;
  /** Works until it has had about this much CPU time, so that its code is optimised; without it, slices do as well. */
  warmUp?(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** How a case is to be profiled, and where its files go. */
export interface Profiling {
  readonly warmUpMs: number;
  readonly ms: number;
  readonly folder: string;
  /** What the names of its files begin with. */
  readonly stem: string;
}

export interface ProfileReport {
  readonly file: string;
  readonly text: string;
}

export interface Case {
  /** `group/what/how`: what the command line's regular expression is tried on. */
  readonly name: string;
  /** One line for readers. */
  readonly title: string;
  readonly contenders: readonly string[];
  /** The contender that the others are divided by. */
  readonly baseline: string;
  /** The metrics whose ratio to the baseline is shown. */
  readonly compared: readonly string[];
  /** How long one slice takes in a full run, in milliseconds. */
  readonly sliceMs: number;
  /** A slice is a whole process: nothing to warm up, and nothing won by starting again. */
  readonly wholeProcess?: true;
  /** Measured by `--quick` too. */
  readonly quick: boolean;
  open(contender: string): Promise<Runner>;
  /** Runs one contender under the profiler; resolves to the files written and what they say. */
  profile(contender: string, profiling: Profiling): Promise<readonly ProfileReport[]>;
}

/** Thrown by `open` where something that a contender needs is not on this machine. The report names it and the reason. */
export class Skipped extends Error {}
