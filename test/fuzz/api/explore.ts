/** Plays random stories for some time and makes the shortest of each that goes wrong. Knows no process and no files. */
import fc from "fast-check";
import { story as anyStory } from "./arbitraries.ts";
import { play } from "./play.ts";
import { type Story, tellStep } from "./story.ts";

export interface Found {
  readonly story: Story;
  readonly wrongs: readonly string[];
  /** As fast-check replays it. */
  readonly seed: number;
}

export interface Plan {
  readonly seed: number;
  /** How long, or how many stories there are at least. */
  readonly seconds?: number;
  readonly stories?: number;
  /** Steps of which this holds are left out: what is known already. */
  readonly without?: RegExp | undefined;
  onTry(story: Story): void;
  onFound(found: Found): void;
}

/** What a wrong has in common with others of its kind: no numbers, nothing that is quoted or in brackets but the name of an option. */
export function kindOf(wrong: string): string {
  return wrong.replaceAll(/\{ (\w+): [^}]*\}/g, "$1").replaceAll(UNLIKE, "#");
}

/** What differs between wrongs of one kind. */
const UNLIKE =
  /\([^)]*\)|"[^"]*"|'[^']*'|\{[^}]*\}|\[[^\]]*\]|\b\w+: |-?\d[\d,.]*|; right is .*|expected .*|a wrong answer: .*|with .*: |[a-z]\w* to \S+:/g;

/** Stories in a row from one seed of fast-check. */
const RUNS = 200;
/** Making a story shorter takes no longer. */
const SHRINKING_MS = 20_000;

/** Resolves when the time is over. What has been found is not looked for again. */
export async function explore(plan: Plan): Promise<void> {
  const known = new Set<string>();
  const end = performance.now() + (plan.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const batches = (plan.stories ?? Number.POSITIVE_INFINITY) / RUNS;
  for (let seed = plan.seed; performance.now() < end && seed < plan.seed + batches; seed++) {
    const found = await batch(plan, seed, end, known);
    if (found === undefined) continue;
    for (const wrong of found.wrongs) known.add(kindOf(wrong));
    plan.onFound(found);
  }
}

async function batch(plan: Plan, seed: number, end: number, known: ReadonlySet<string>): Promise<Found | undefined> {
  let failing: { story: Story; wrongs: readonly string[] } | undefined;
  let stopAt = end;
  const property = fc.asyncProperty(anyStory, async (drawn) => {
    if (performance.now() > stopAt) return;
    const story = without(drawn, plan.without);
    plan.onTry(story);
    const wrongs = (await play(story)).filter((wrong) => !known.has(kindOf(wrong)));
    if (wrongs.length === 0) return;
    if (failing === undefined) stopAt = performance.now() + SHRINKING_MS;
    failing = { story, wrongs };
    throw new Error(wrongs.join("\n"));
  });
  await fc.check(property, { seed, numRuns: RUNS });
  return failing && { ...failing, seed };
}

function without(story: Story, pattern: RegExp | undefined): Story {
  if (pattern === undefined) return story;
  const steps = story.steps.filter((step) => !pattern.test(`${story.wire} ${tellStep(step)}`));
  return { ...story, steps };
}
