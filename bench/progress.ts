/** Progress on stderr: a bar on a terminal, a line per case elsewhere, so that stdout holds nothing but results. */
import { SingleBar } from "cli-progress";

export interface Progress {
  /** Begins the next case. */
  next(name: string): void;
  step(text: string): void;
  stop(): void;
}

/** `what` begins the lines that stand for the bar off a terminal. */
export function createProgress(cases: number, what = "bench"): Progress {
  return process.stderr.isTTY ? barProgress(cases) : lineProgress(cases, what);
}

function barProgress(cases: number): Progress {
  const bar = new SingleBar({
    format: "{bar} {value}/{total} {name}: {step}",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(cases, 0, { name: "", step: "" });
  let done = 0;
  return {
    next: (name) => bar.update(done++, { name, step: "start" }),
    step: (step) => bar.update({ step }),
    stop: () => bar.stop(),
  };
}

function lineProgress(cases: number, what: string): Progress {
  let done = 0;
  return {
    next: (name) => process.stderr.write(`${what} ${++done}/${cases} ${name}\n`),
    step: () => {},
    stop: () => {},
  };
}
