/** `npm run soak`: mixed traffic with faults, for minutes; says at the end what was done, and what was wrong. */
import { Command } from "commander";
import { soak } from "./soak.ts";

interface Options {
  readonly minutes: string;
  readonly seed?: string;
}

const program = new Command("soak")
  .description(
    "Calls over every protocol, with random faults and servers that are replaced. Results go to stdout, progress to stderr.",
  )
  .option("--minutes <count>", "how long", "10")
  .option("--seed <number>", "the same chances again; default: by chance, and printed");

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  const minutes = Number(options.minutes);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed);
  if (!(minutes > 0) || !Number.isInteger(seed))
    program.error("--minutes takes a number above 0, --seed a whole number");
  console.log(`seed ${seed}, ${minutes} minutes, Node ${process.version}, ${new Date().toISOString()}`);
  const result = await soak({ seed, seconds: minutes * 60, onProgress: (text) => console.error(`soak: ${text}`) });
  for (const { name, tally } of result.actors) {
    const failed = [...tally.failed].map(([code, count]) => `${count} ${code}`).join(", ");
    console.log(`${name.padEnd(18)} ${String(tally.answered).padStart(8)} answered; ${failed}`);
  }
  const [early, late] = result.heapMiB;
  console.log(
    `${result.faults} faults, ${result.restarts} servers replaced; heap ${early.toFixed(1)} MiB early, ${late.toFixed(1)} MiB at the end`,
  );
  for (const wrong of result.wrongs) console.log(`WRONG: ${wrong}`);
  console.log(result.wrongs.length === 0 ? "all well" : `${result.wrongs.length} wrong`);
  process.exitCode = result.wrongs.length === 0 ? 0 : 1;
}

await main();
