/**
 * Reads what one test file prints and counts its tests: the innermost named ones, or the whole file where it names none. Tells
 * of each failure with its diagnosis. Knows nothing of how the file was run.
 */
import { Parser, type Result } from "tap-parser";

/** Longest text about one failure. */
const MAX_FAILURE_CHARS = 4_000;

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The line that continuous integration reads: the last one printed. */
export function summaryLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`;
}

/** What was seen inside one test. */
interface Tally extends Counts {
  /** It holds further named tests. */
  nested: boolean;
  /** It asserts something itself. */
  asserts: boolean;
}

function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0, nested: false, asserts: false };
}

function include(tally: Tally, inner: Tally): void {
  tally.nested = true;
  tally.passed += inner.passed;
  tally.failed += inner.failed;
  tally.skipped += inner.skipped;
}

/** A test that holds no other counts as one; one that failed although all in it passed (a time-out, say) adds a failure. */
function close(tally: Tally, point: Pick<Result, "ok" | "todo">): void {
  if (!point.ok && point.todo === false) tally.failed = Math.max(tally.failed, 1);
  else if (!tally.nested && (tally.asserts || tally.skipped === 0)) tally.passed = 1;
}

/** A counterexample can be a book. */
function clip(text: string): string {
  return text.length <= MAX_FAILURE_CHARS ? text : `${text.slice(0, MAX_FAILURE_CHARS)}… (${text.length} characters)`;
}

function describeFailure(point: Result): string {
  const { at, stack, diff, source: _, ...rest } = (point.diag ?? {}) as Record<string, unknown>;
  const place = at as { fileName?: string; lineNumber?: number } | undefined;
  const lines = [`not ok: ${point.fullname}`];
  if (place?.fileName !== undefined) lines.push(`at ${place.fileName}:${place.lineNumber ?? 0}`);
  if (typeof diff === "string") lines.push(diff.trimEnd());
  if (Object.keys(rest).length > 0) lines.push(JSON.stringify(rest, undefined, 2));
  if (typeof stack === "string") lines.push(stack.trimEnd());
  return clip(lines.join("\n").replaceAll("\n", "\n  "));
}

function count(parser: Parser, tally: Tally, say: (line: string) => void): void {
  let inner: { parser: Parser; tally: Tally } | undefined;
  parser.on("child", (child: Parser) => {
    inner = { parser: child, tally: emptyTally() };
    count(child, inner.tally, say);
  });
  parser.on("assert", (point: Result) => {
    // tap writes a test that is skipped as a plain point, without a child.
    if (inner === undefined && point.skip !== false) tally.skipped++;
    else if (inner === undefined) tally.asserts = true;
    const explained = inner !== undefined && inner.parser.fail > 0;
    if (!point.ok && point.todo === false && !explained) say(describeFailure(point));
    if (inner !== undefined) {
      close(inner.tally, point);
      include(tally, inner.tally);
    }
    inner = undefined;
  });
}

/** Counts the tests of the file that writes `input`; `say` gets each failure. A file that asserts nothing has failed. */
export function countResults(input: NodeJS.ReadableStream, say: (line: string) => void): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const tally = emptyTally();
    const parser = new Parser();
    count(parser, tally, say);
    parser.on("complete", ({ ok, count: points }) => {
      close(tally, { ok: ok && points > 0, todo: false });
      resolve({ passed: tally.passed, failed: tally.failed, skipped: tally.skipped });
    });
    input.on("error", reject).pipe(parser);
  });
}
