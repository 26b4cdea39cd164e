import { Readable } from "node:stream";
import t from "tap";
import { countResults, summaryLine } from "../../../tools/dev/tap-results.ts";

async function countOf(tap: string): Promise<{ line: string; said: string[] }> {
  const said: string[] = [];
  const counts = await countResults(Readable.from([tap]), (line) => said.push(line));
  return { line: summaryLine(counts), said };
}

t.test("counts the innermost named tests, not their assertions", async (t) => {
  const { line, said } = await countOf(`TAP version 14
# Subtest: a.test.js
    # Subtest: outer
        # Subtest: inner one
            ok 1 - x
            ok 2 - y
            1..2
        ok 1 - inner one
        # Subtest: inner two
            ok 1 - x
            1..1
        ok 2 - inner two
        1..2
    ok 1 - outer
    1..1
ok 1 - a.test.js # time=12.5ms
1..1
`);
  t.equal(line, "2 passed, 0 failed");
  t.match(said, [/^ok a\.test\.js: 2 passed, 0 failed/]);
});

t.test("counts a failed test once and tells where and why", async (t) => {
  const { line, said } = await countOf(`TAP version 14
# Subtest: a.test.js
    # Subtest: adds
        not ok 1 - should be equal
          ---
          at:
            fileName: test/a.test.ts
            lineNumber: 7
          diff: |
            -3
            +2
          ...
        1..1
    not ok 1 - adds
    # Subtest: subtracts
        ok 1 - x
        1..1
    ok 2 - subtracts
    1..2
not ok 1 - a.test.js
1..1
`);
  t.equal(line, "1 passed, 1 failed");
  t.match(said[0], /a\.test\.js > adds > should be equal\n {2}at test\/a\.test\.ts:7\n {2}-3/);
});

t.test("counts a file that died outside of any test as a failure", async (t) => {
  const { line } = await countOf(`TAP version 14
# Subtest: a.test.js
    # Subtest: adds
        ok 1 - x
        1..1
    ok 1 - adds
    1..1
not ok 1 - a.test.js
  ---
  exitCode: 1
  ...
1..1
`);
  t.equal(line, "1 passed, 1 failed");
});

t.test("counts a file without named tests as one test", async (t) => {
  const { line } = await countOf(
    "TAP version 14\n# Subtest: a.test.js\n    ok 1 - x\n    ok 2 - y\n    1..2\nok 1 - a.test.js\n1..1\n",
  );
  t.equal(line, "1 passed, 0 failed");
});

t.test("counts skipped tests apart, however they were skipped", async (t) => {
  const { line } = await countOf(`TAP version 14
# Subtest: a.test.js
    ok 1 - by option # SKIP not today
    # Subtest: by call
        ok 1 - no shared data # SKIP
        1..1
    ok 2 - by call
    # Subtest: runs
        ok 1 - x
        1..1
    ok 3 - runs
    1..3
ok 1 - a.test.js
1..1
`);
  t.equal(line, "1 passed, 0 failed, 2 skipped");
});

t.test("never calls a run without output passed", async (t) => {
  const { line } = await countOf("");
  t.equal(line, "0 passed, 1 failed");
});
