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
`);
  t.equal(line, "2 passed, 0 failed");
  t.same(said, []);
});

t.test("counts a failed test once and tells where and why", async (t) => {
  const { line, said } = await countOf(`TAP version 14
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
    not ok 2 - should be equal too
    1..2
not ok 1 - adds
# Subtest: subtracts
    ok 1 - x
    1..1
ok 2 - subtracts
1..2
`);
  t.equal(line, "1 passed, 1 failed");
  t.match(said[0], /adds > should be equal\n {2}at test\/a\.test\.ts:7\n {2}-3/);
  t.equal(said.length, 2);
});

t.test("counts a test that failed although all in it passed, as one that ran out of time", async (t) => {
  const { line, said } = await countOf(`TAP version 14
# Subtest: adds
    ok 1 - x
    1..1
not ok 1 - adds
  ---
  failure: timeout!
  ...
1..1
`);
  t.equal(line, "0 passed, 1 failed");
  t.match(said[0], /timeout!/);
});

t.test("counts a file without named tests as one test", async (t) => {
  t.equal((await countOf("TAP version 14\nok 1 - x\nok 2 - y\n1..2\n")).line, "1 passed, 0 failed");
  t.equal((await countOf("TAP version 14\nok 1 - x\nnot ok 2 - y\n1..2\n")).line, "0 passed, 1 failed");
});

t.test("counts skipped tests apart, however they were skipped", async (t) => {
  const { line } = await countOf(`TAP version 14
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
`);
  t.equal(line, "1 passed, 0 failed, 2 skipped");
});

t.test("never calls a file without output, or that stopped in the middle, passed", async (t) => {
  t.equal((await countOf("")).line, "0 passed, 1 failed");
  const { line } = await countOf("TAP version 14\n# Subtest: adds\n    ok 1 - x\n    1..1\nok 1 - adds\n");
  t.match(line, /1 failed/);
});
