/**
 * The suite for one peer: its client against our server and our client against its server, a named test for each combination.
 * Where the peer cannot be built the suite says so by name; in continuous integration that is a failure.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { type Case, casesFile, edgeCases, largeCases } from "./cases.ts";
import { COMBINATIONS, carriesLargeCases, combinationName, type Endpoint } from "./combination.ts";
import { Interop, Second } from "./gen/interop.ts";
import { createInterop, second } from "./implementation.ts";
import { checkInterop, type ServerTraits } from "./interop-client.ts";
import { startOurServer } from "./our-server.ts";
import { lackOf, type Peer, type Programs } from "./peer.ts";
import { runClient, startServer } from "./peer-process.ts";
import { complaints, type KnownFailure, knownFailures, type Result, unused } from "./result.ts";

const CLIENT_TIMEOUT_MS = 300_000;
const FILE_TIMEOUT_MS = 600_000;
/** Fewer, and a client did not get to its end. */
const MIN_CHECKS = 400;

/** Runs the whole suite for `peer`. */
export async function interopSuite(t: Test, peer: Peer, traits: ServerTraits): Promise<void> {
  t.setTimeout(FILE_TIMEOUT_MS);
  const missing = await peer.missing();
  if (missing.length > 0) return skipFor(t, peer.name, missing);
  for (const { combinations, why } of peer.lacks)
    t.ok(
      COMBINATIONS.map(combinationName).some((name) => combinations.test(name)),
      `left out: ${combinations}, ${why}`,
    );
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
  const ours = await startOurServer((registry, naming) => {
    registry.add(Interop, createInterop());
    if (naming === "multiplexed") registry.add(Second, second);
  });
  t.teardown(() => ours.stop());
  const endpoints = ours.endpoints.filter((endpoint) => lackOf(peer, "client", endpoint) === undefined);
  const large = endpoints.filter(carriesLargeCases);
  const results = [
    ...(await peerResults(programs, endpoints, edgeCases(), join(folder, "edge.tsv"))),
    ...(await peerResults(programs, large, largeCases(), join(folder, "large.tsv"))),
  ];
  judge(t, endpoints, results, knownFailures(peer.name, "client"));
  const heard = ours.errors.filter((error) => error instanceof Error && error.message === "nobody hears this");
  t.equal(heard.length, endpoints.length + large.length, "the server's owner hears what oneway methods threw");
}

/** What the peer's client says. */
async function peerResults(
  programs: Programs,
  endpoints: readonly Endpoint[],
  cases: readonly Case[],
  path: string,
): Promise<readonly Result[]> {
  writeFileSync(path, casesFile(cases));
  const results: Result[] = [];
  for await (const result of runClient(programs.client(path), endpoints, CLIENT_TIMEOUT_MS)) results.push(result);
  return results;
}

async function weCallPeer(
  t: Test,
  peer: Peer,
  programs: Programs,
  folder: string,
  traits: ServerTraits,
): Promise<void> {
  const served = COMBINATIONS.filter((combination) => lackOf(peer, "server", combination) === undefined);
  const server = await startServer(programs.server(folder, served));
  t.teardown(() => server.stop());
  t.same(
    server.endpoints.map(combinationName).sort(),
    served.map(combinationName).sort(),
    "every combination is served",
  );
  const results: Result[] = [];
  for (const endpoint of server.endpoints) {
    const cases = carriesLargeCases(endpoint) ? [...edgeCases(), ...largeCases()] : edgeCases();
    results.push(...(await checkInterop(endpoint, cases, traits)));
  }
  judge(t, server.endpoints, results, knownFailures(peer.name, "server"));
}

/** One test a combination: nothing but known failures, and all of those. */
function judge(
  t: Test,
  endpoints: readonly Endpoint[],
  results: readonly Result[],
  known: readonly KnownFailure[],
): void {
  for (const endpoint of endpoints) {
    const name = combinationName(endpoint);
    const own = results.filter(({ combination }) => combination === name);
    t.test(name, async (t) => {
      t.ok(own.length > MIN_CHECKS, `${own.length} checks were made`);
      t.strictSame(complaints(own, known), [], "nothing but known failures, and all of those");
    });
  }
  t.strictSame(unused(results, known), [], "every known failure was put to the test");
}
