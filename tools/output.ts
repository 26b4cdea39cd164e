/**
 * What a command says and where: results on stdout, everything else on stderr, colour and progress only for people. Knows
 * nothing of any command.
 */
import picocolors from "picocolors";

/** A stream that a command may write to; `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Says nothing but results and errors. */
  readonly quiet?: boolean;
  readonly color?: "auto" | "always" | "never";
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export class Output {
  readonly #options: OutputOptions;
  #progressShown = false;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Colours for stderr. */
  get colors(): ReturnType<typeof picocolors.createColors> {
    return picocolors.createColors(this.useColor);
  }

  /** Whether stderr takes colour: `--color`, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a terminal. */
  get useColor(): boolean {
    const { color = "auto", env = {}, stderr } = this.#options;
    if (color !== "auto") return color === "always";
    if (env.NO_COLOR) return false;
    if (env.FORCE_COLOR) return true;
    return stderr.isTTY === true && env.TERM !== "dumb";
  }

  /** A result: goes to stdout as it is. */
  result(text: string): void {
    this.#clearProgress();
    this.#options.stdout.write(text);
  }

  /** A line for people; `--quiet` drops it. */
  say(text: string): void {
    if (this.#options.quiet) return;
    this.error(text);
  }

  /** A line that nothing drops. */
  error(text: string): void {
    this.#clearProgress();
    this.#options.stderr.write(`${text}\n`);
  }

  /** Replaces the progress line; shown only on a terminal that is not a CI's. */
  progress(text: string): void {
    const { stderr, quiet, env = {} } = this.#options;
    if (quiet || stderr.isTTY !== true || env.CI) return;
    stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
    this.#progressShown = true;
  }

  #clearProgress(): void {
    if (this.#progressShown) this.#options.stderr.write("\r\x1b[K");
    this.#progressShown = false;
  }
}
