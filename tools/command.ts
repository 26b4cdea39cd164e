/** What every command of `scrimp` is given and gives back. Knows no command. */
import type { Output, TextStream } from "./output.ts";

/** The process around a command, or a test's stand-in for it. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a command that goes on by itself, such as `--watch`. */
  readonly signal?: AbortSignal;
}

/** What the command line said: the value of each option by its name in camelCase. */
export type Options = Readonly<Record<string, unknown>>;

/** A command's own part: returns an exit code. A ThriftError CONFIGURATION that it throws is shown, and is EXIT.idl. */
export type Run = (args: readonly string[], options: Options, output: Output, around: Surroundings) => Promise<number>;

/** Exit codes of every command. */
export const EXIT = {
  ok: 0,
  /** Something that was looked for was found; or a declared exception came. */
  findings: 1,
  usage: 2,
  /** IDL or configuration with errors. */
  idl: 3,
  connect: 4,
  deadline: 5,
  protocol: 6,
  application: 7,
  threshold: 8,
  interrupted: 130,
} as const;
