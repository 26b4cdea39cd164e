import t from "tap";
import { differences } from "../../../tools/dev/check-generated.ts";

t.test("names each file that is missing, stale or left over, and no other", async (t) => {
  const folder = t.testdir({
    checked: { "same.ts": "1", "stale.ts": "1", "left-over.ts": "1", "README.md": "not generated" },
    fresh: { "same.ts": "1", "stale.ts": "2", nested: { "new.ts": "1" } },
  });
  t.same(differences(`${folder}/checked`, `${folder}/fresh`), [
    "left-over.ts: no longer generated",
    "nested/new.ts: missing",
    "stale.ts: out of date",
  ]);
});

t.test("calls a folder that does not exist wholly missing", async (t) => {
  const folder = t.testdir({ fresh: { "a.ts": "1" } });
  t.same(differences(`${folder}/checked`, `${folder}/fresh`), ["a.ts: missing"]);
});
