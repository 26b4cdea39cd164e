/** The rule of the known failures, without any peer. */
import t from "tap";
import { complaints, type KnownFailure, type Result, unused } from "./result.ts";

const known: readonly KnownFailure[] = [
  { peer: "other", combinations: "compact .*", checks: "(echo|parse) Bool true", why: "it cannot read" },
];

function result(combination: string, check: string, problem?: string): Result {
  return { combination, check, problem };
}

t.test("a failure that nobody knows of is a complaint", async (t) => {
  t.strictSame(complaints([result("binary framed", "echo Bool true", "no")], known), ["echo Bool true: no"]);
});

t.test("a known failure is none", async (t) => {
  t.strictSame(complaints([result("compact framed", "echo Bool true", "no")], known), []);
});

t.test("a known failure that passes is a complaint", async (t) => {
  const [complaint = ""] = complaints([result("compact framed", "parse Bool true")], known);
  t.match(complaint, /parse Bool true: passes, though it is known to fail \(it cannot read\)/);
});

t.test("one that only sometimes fails is none either way", async (t) => {
  const sometimes = known.map((entry) => ({ ...entry, sometimes: true as const }));
  t.strictSame(complaints([result("compact framed", "parse Bool true")], sometimes), []);
  t.strictSame(complaints([result("compact framed", "echo Bool true", "no")], sometimes), []);
});

t.test("a pattern stands for the whole name of a check", async (t) => {
  t.strictSame(complaints([result("compact framed", "re-echo Bool true", "no")], known), ["re-echo Bool true: no"]);
});

t.test("an entry that no check matches is unused", async (t) => {
  t.strictSame(unused([result("binary framed", "echo Bool true", "no")], known), known);
  t.strictSame(unused([result("compact framed", "echo Bool true", "no")], known), []);
});
