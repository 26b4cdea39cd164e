/**
 * A service in the shape of Apache's ThriftTest, served by ours, Python and C++ and called by all three: that the public API
 * makes such a server and client an evening's work is shown by thrifttest-implementation.ts and thrifttest-client.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { COMBINATIONS, combinationName, type Endpoint } from "./combination.ts";
import { SecondService, ThriftTest } from "./gen/thrifttest.ts";
import { type OurServer, startOurServer } from "./our-server.ts";
import { cppThriftTest, lackOf, type Peer, pythonThriftTest } from "./peer.ts";
import { runClient, startServer } from "./peer-process.ts";
import { complaints, type KnownFailure, knownFailures, type Result, unused } from "./result.ts";
import { skipFor } from "./suite.ts";
import { checkThriftTest } from "./thrifttest-client.ts";
import { secondService, thriftTest } from "./thrifttest-implementation.ts";

const CHECKS = 23;

function startThriftTest(): Promise<OurServer> {
  return startOurServer((registry) => registry.add(ThriftTest, thriftTest).add(SecondService, secondService));
}

function judge(t: Test, endpoint: Endpoint, results: readonly Result[], known: readonly KnownFailure[]): void {
  const name = combinationName(endpoint);
  const own = results.filter(({ combination }) => combination === name);
  t.strictSame(complaints(own, known), [], name);
  t.equal(own.length, endpoint.naming === "plain" ? CHECKS : CHECKS + 1, "the client got to its end");
}

async function peerCallsUs(t: Test, peer: Peer): Promise<void> {
  const known = knownFailures(peer.name, "client");
  const programs = await peer.build();
  const ours = await startThriftTest();
  t.teardown(() => ours.stop());
  const results: Result[] = [];
  const endpoints = ours.endpoints.filter((endpoint) => lackOf(peer, "client", endpoint) === undefined);
  for await (const result of runClient(programs.client(""), endpoints, 300_000)) results.push(result);
  for (const endpoint of endpoints) judge(t, endpoint, results, known);
  t.strictSame(unused(results, known), [], "every known failure was put to the test");
}

async function weCallPeer(t: Test, peer: Peer): Promise<void> {
  const known = knownFailures(peer.name, "server");
  const folder = mkdtempSync(join(tmpdir(), "scrimp-thrifttest-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const served = COMBINATIONS.filter((combination) => lackOf(peer, "server", combination) === undefined);
  const server = await startServer((await peer.build()).server(folder, served));
  t.teardown(() => server.stop());
  t.equal(server.endpoints.length, served.length, "every combination is served");
  for (const endpoint of server.endpoints) judge(t, endpoint, await checkThriftTest(endpoint), known);
}

t.setTimeout(600_000);

await t.test("our ThriftTest client calls our server", async (t) => {
  const ours = await startThriftTest();
  t.teardown(() => ours.stop());
  for (const endpoint of ours.endpoints) judge(t, endpoint, await checkThriftTest(endpoint), []);
});

for (const peer of [pythonThriftTest, cppThriftTest]) {
  const missing = await peer.missing();
  if (missing.length > 0) {
    skipFor(t, peer.name, missing);
    continue;
  }
  await t.test(`the ThriftTest client of ${peer.name} calls our server`, (t) => peerCallsUs(t, peer));
  await t.test(`our ThriftTest client calls the server of ${peer.name}`, (t) => weCallPeer(t, peer));
}
