/**
 * How one check of one combination went, and what the file of known failures says of it: a failure that is known is no
 * failure, one that no longer fails is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../helpers/shared.ts";

export interface Result {
  /** "compact framed plain tcp" */
  readonly combination: string;
  /** "echo I64 -1" */
  readonly check: string;
  /** Undefined: passed. */
  readonly problem: string | undefined;
}

/** A peer's mistake: every check that matches fails, in every combination that matches. */
export interface KnownFailure {
  /** "python", "cpp" or "npm". */
  readonly peer: string;
  /** What the peer is in it; absent: both. */
  readonly role?: "client" | "server";
  /** Regular expression over the whole name of the combination; absent: all. */
  readonly combinations?: string;
  /** Regular expression over the whole name of the check. */
  readonly checks: string;
  readonly why: string;
  /** The peer's fault depends on what arrives first: passing is no news. Default: it always fails. */
  readonly sometimes?: true;
}

export function knownFailures(peer: string, role: "client" | "server"): readonly KnownFailure[] {
  const path = join(root, "test/interop/known-failures.json");
  const all = JSON.parse(readFileSync(path, "utf8")) as readonly KnownFailure[];
  return all.filter((known) => known.peer === peer && (known.role ?? role) === role);
}

/** True if `known` is about this check in this combination. */
export function isKnown(known: KnownFailure, combination: string, check: string): boolean {
  return matches(known.combinations ?? ".*", combination) && matches(known.checks, check);
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(name);
}

/** What is wrong with these results of one combination: failures nobody knows of, and known ones that passed. */
export function complaints(results: readonly Result[], known: readonly KnownFailure[]): string[] {
  return results.flatMap(({ combination, check, problem }) => {
    const entry = known.find((candidate) => isKnown(candidate, combination, check));
    if (entry === undefined) return problem === undefined ? [] : [`${check}: ${problem}`];
    return problem === undefined && entry.sometimes !== true
      ? [`${check}: passes, though it is known to fail (${entry.why}); remove the entry`]
      : [];
  });
}

/** The entries that none of `results` was about: nothing shows that they are still true. */
export function unused(results: readonly Result[], known: readonly KnownFailure[]): readonly KnownFailure[] {
  return known.filter((entry) => !results.some(({ combination, check }) => isKnown(entry, combination, check)));
}
