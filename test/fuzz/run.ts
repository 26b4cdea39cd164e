/**
 * `npm run fuzz`: mutated real traffic for every decoder and the listening port, for some seconds, from a seed. `npm run fuzz -- api`:
 * stories for the public API, or the one in a file.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Worker } from "node:worker_threads";
import { Argument, Command } from "commander";
import { play } from "./api/play.ts";
import { type Story, tell } from "./api/story.ts";
import { keep } from "./found.ts";
import { type Order, type Report, SharedInput } from "./worker-data.ts";

interface Options {
  readonly seconds: string;
  readonly seed?: string;
  readonly story?: string;
  readonly target: string;
  readonly without: string;
}

const GROUPS = ["bytes", "api"] as const;

const program = new Command("fuzz")
  .description(
    "Drives decoders and the listening port with mutated real traffic (bytes), or the public API with random stories in a virtual world (api). Finds go to test/fuzz/found and stdout, progress to stderr.",
  )
  .addArgument(new Argument("[group]", "what is fuzzed").choices(GROUPS).default("bytes"))
  .option("--seconds <count>", "how long", "30")
  .option("--seed <number>", "makes the same inputs again; default: by chance, and printed")
  .option("--target <expression>", "of bytes: only targets whose name matches", "")
  .option("--without <expression>", "of the api: stories without steps that match", "")
  .option("--story <file>", "of the api: plays this story once, and nothing else");

/** Without a new try for so long the thread hangs. */
const HANGS_MS = 20_000;
/** Inputs that are kept of one target: what is wrong once is mostly wrong often. Of stories each is of another kind. */
const MOST_KEPT = { bytes: 5, api: 50 } as const;
const HEAP_MIB = 512;
const PROGRESS_MS = 5_000;

class Session {
  finds = 0;
  readonly #byTarget = new Map<string, number>();
  #targets: readonly string[] = [];
  readonly #input: SharedInput;
  readonly #mostKept: number;
  readonly #worker: Worker;
  #seen = 0;
  #still = 0;

  constructor(order: Order) {
    this.#input = new SharedInput(order.shared);
    this.#mostKept = MOST_KEPT[order.group];
    this.#worker = new Worker(
      new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url),
      {
        workerData: order,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
      },
    );
  }

  get tries(): number {
    return this.#input.tries;
  }

  /** Resolves when it is done, or has hung or died. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      const watch = setInterval(() => this.#watch(resolve), PROGRESS_MS);
      this.#worker.on("message", (message: Report) => this.#onMessage(message));
      this.#worker.on("error", (error) => this.#find(this.#now, error.stack ?? error.message));
      this.#worker.on("exit", () => {
        clearInterval(watch);
        resolve();
      });
    });
  }

  #onMessage(message: Report): void {
    if (message.kind === "ready") {
      this.#targets = message.targets;
      if (message.targets.length === 0) console.error("fuzz: no target matches");
    } else if (message.kind === "found")
      this.#find({ target: message.target, bytes: Buffer.from(message.bytes) }, message.error);
    else void this.#worker.terminate();
  }

  get #now(): { readonly target: string; readonly bytes: Buffer } {
    const { target, bytes } = this.#input.now;
    return { target: this.#targets[target] ?? "unknown", bytes };
  }

  #find({ target, bytes }: { readonly target: string; readonly bytes: Buffer }, why: string): void {
    this.finds++;
    const known = this.#byTarget.get(target) ?? 0;
    this.#byTarget.set(target, known + 1);
    if (known >= this.#mostKept) return;
    const file = relative(process.cwd(), keep(target, bytes));
    const again = target === "api" ? `\nagain: npm run fuzz -- api --story ${file}` : "";
    console.log(`found by ${target}: ${why}\nkept as ${file}${again}\n`);
  }

  #watch(stop: () => void): void {
    console.error(`fuzz: ${this.tries.toLocaleString("en-US")} tries, ${this.finds} found`);
    this.#still = this.tries === this.#seen ? this.#still + PROGRESS_MS : 0;
    this.#seen = this.tries;
    if (this.#still < HANGS_MS || this.tries === 0) return;
    this.#find(this.#now, `hangs: nothing new for ${this.#still} ms`);
    void this.#worker.terminate().then(stop);
  }
}

/** Whether the story in `file` goes well. */
async function playOnce(file: string): Promise<boolean> {
  const story = JSON.parse(readFileSync(file, "utf8")) as Story;
  const wrongs = await play(story);
  console.log([tell(story), ...wrongs.map((wrong) => `  ! ${wrong}`)].join("\n"));
  return wrongs.length === 0;
}

/** The last line, and the exit code. */
function finish(passed: boolean): void {
  console.log(`${passed ? "1 passed, 0" : "0 passed, 1"} failed`);
  if (!passed) process.exitCode = 1;
}

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  if (options.story !== undefined) return finish(await playOnce(options.story));
  const group = program.processedArgs[0] as Order["group"];
  const seconds = Number(options.seconds);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed);
  if (!(seconds > 0) || !Number.isInteger(seed))
    program.error("--seconds takes a number above 0, --seed a whole number");
  console.log(`seed ${seed}`);
  const pattern = group === "api" ? options.without : options.target;
  const session = new Session({ group, seed, seconds, pattern, shared: SharedInput.create() });
  await session.run();
  console.log(`${session.tries.toLocaleString("en-US")} tries, ${session.finds} found`);
  finish(session.finds === 0 && session.tries > 0);
}

await main();
