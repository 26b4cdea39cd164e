/**
 * The suite for one peer: its client against our server and our client against its server, a named test for each combination.
 * Where the peer cannot be built the suite says so by name; in continuous integration that is a failure.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { type Case, casesFile, edgeCases, largeCases } from "./cases.ts";
import { carriesLargeCases, combinationName, type Endpoint } from "./combination.ts";
import { Interop, Second } from "./gen/interop.ts";
import { createInterop, second } from "./implementation.ts";
import { checkInterop, type ServerTraits } from "./interop-client.ts";
import { startOurServer } from "./our-server.ts";
import type { Peer, Programs } from "./peer.ts";
import { runClient, startServer } from "./peer-process.ts";
import { complaints, isKnown, type KnownFailure, knownFailures, type Result } from "./result.ts";

const CLIENT_TIMEOUT_MS = 200_000;
const FILE_TIMEOUT_MS = 400_000;

/** Runs the whole suite for `peer`. */
export async function interopSuite(t: Test, peer: Peer, traits: ServerTraits): Promise<void> {
  t.setTimeout(FILE_TIMEOUT_MS);
  const missing = await peer.missing();
  if (missing.length > 0) return skipFor(t, peer.name, missing);
  const programs = await peer.build();
  const folder = mkdtempSync(join(tmpdir(), `scrimp-${peer.name}-`));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await t.test(`${peer.name}'s client calls our server`, (t) => peerCallsUs(t, peer, programs, folder));
  await t.test(`our client calls ${peer.name}'s server`, (t) => weCallPeer(t, peer, programs, folder, traits));
}

/** Reports the tests of a peer that cannot be built as skipped, by the names of the packages that are missing. */
export function skipFor(t: Test, peer: string, missing: readonly string[]): void {
  const reason = `needs Debian's ${missing.join(", ")}`;
  if (process.env["CI"] === "true") t.fail(`${peer}: ${reason}`);
  else t.test(`${peer} beside ours`, { skip: reason }, () => {});
}

async function peerCallsUs(t: Test, peer: Peer, programs: Programs, folder: string): Promise<void> {
  const known = knownFailures(peer.name, "client");
  const ours = await startOurServer((registry, naming) => {
    registry.add(Interop, createInterop());
    if (naming === "multiplexed") registry.add(Second, second);
  });
  t.teardown(() => ours.stop());
  const results = await peerResults(programs, ours.endpoints, edgeCases(), known, join(folder, "edge.tsv"));
  const large = ours.endpoints.filter(carriesLargeCases);
  const largeResults = await peerResults(programs, large, largeCases(), known, join(folder, "large.tsv"));
  for (const endpoint of ours.endpoints) {
    judge(
      t,
      endpoint,
      [...(results.get(combinationName(endpoint)) ?? []), ...(largeResults.get(combinationName(endpoint)) ?? [])],
      known,
    );
  }
  const secrets = ours.errors.filter((error) => error instanceof Error && error.message === "nobody hears this");
  t.equal(secrets.length, ours.endpoints.length + large.length, "the server's owner hears what oneway methods threw");
}

/** The results of the peer's client by combination. */
async function peerResults(
  programs: Programs,
  endpoints: readonly Endpoint[],
  cases: readonly Case[],
  known: readonly KnownFailure[],
  path: string,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  writeFileSync(path, casesFile(withoutExcluded(cases, known)));
  const results = new Map<string, Result[]>();
  for await (const result of runClient(programs.client(path), endpoints, CLIENT_TIMEOUT_MS)) {
    results.set(result.combination, [...(results.get(result.combination) ?? []), result]);
  }
  return results;
}

async function weCallPeer(
  t: Test,
  peer: Peer,
  programs: Programs,
  folder: string,
  traits: ServerTraits,
): Promise<void> {
  const known = knownFailures(peer.name, "server");
  const server = await startServer(programs.server(folder));
  t.teardown(() => server.stop());
  const [edge, large] = [withoutExcluded(edgeCases(), known), withoutExcluded(largeCases(), known)];
  for (const endpoint of server.endpoints) {
    const cases = carriesLargeCases(endpoint) ? [...edge, ...large] : edge;
    judge(t, endpoint, await checkInterop(endpoint, cases, traits), known);
  }
  t.equal(server.endpoints.length, 16, "every combination was served");
}

function withoutExcluded(cases: readonly Case[], known: readonly KnownFailure[]): readonly Case[] {
  const excluded = known.filter(({ exclude }) => exclude);
  return cases.filter(({ type, name }) => !excluded.some((entry) => isKnown(entry, "", `${type} ${name}`)));
}

/** One test for one combination: nothing but known failures, and all of those. */
function judge(t: Test, endpoint: Endpoint, results: readonly Result[], known: readonly KnownFailure[]): void {
  t.test(combinationName(endpoint), async (t) => {
    t.ok(results.length > 300, `${results.length} checks were made`);
    t.strictSame(complaints(results, known), [], "nothing but known failures, and all of those");
  });
}
