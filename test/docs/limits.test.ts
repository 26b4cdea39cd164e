import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { withDefaultLimits } from "../../lib/protocol/limits.ts";
import { withDefaultServeLimits } from "../../lib/server/limits.ts";
import { root } from "../helpers/shared.ts";

/** The defaults that docs/limits.md states, by option; those that are words are left out. */
function stated(): Map<string, number> {
  const rows = readFileSync(join(root, "docs/limits.md"), "utf8").matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm);
  return new Map([...rows].map(([, option = "", value = ""]) => [option, Number(value.replaceAll(",", ""))]));
}

t.test("docs/limits.md states the defaults that are in force", async (t) => {
  const inForce: Readonly<Record<string, number>> = { ...withDefaultLimits(), ...withDefaultServeLimits({}) };
  const rows = stated();
  for (const [option, value] of Object.entries(inForce)) {
    if (option === "maxStringBytes" || value === Number.POSITIVE_INFINITY) continue;
    t.equal(rows.get(option), value, option);
  }
});

t.test("a string may be as long as a frame unless a limit says otherwise", async (t) => {
  t.equal(withDefaultLimits({ maxFrameBytes: 1000 }).maxStringBytes, 1000);
});
