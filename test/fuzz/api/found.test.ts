/** Stories that once went wrong go well; so do some new ones, always the same. */
import t from "tap";
import { keptFor } from "../found.ts";
import { explore } from "./explore.ts";
import { play } from "./play.ts";
import { type Story, tell } from "./story.ts";

t.setTimeout(180_000);

t.test("stories that once went wrong go well", async (t) => {
  for (const { name, bytes } of keptFor("api")) {
    const story = JSON.parse(bytes.toString()) as Story;
    t.same(await play(story), [], `${name}: ${tell(story)}`);
  }
});

t.test("so do some new ones", async (t) => {
  let stories = 0;
  await explore({
    seed: 20_261_127,
    stories: 600,
    onTry: () => stories++,
    onFound: ({ story, wrongs }) => t.fail(`${tell(story)}\n${wrongs.join("\n")}`),
  });
  t.ok(stories >= 600);
});

t.teardown(() => setImmediate(() => process.exit()));
