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
import { startOurServer } from "./our-server.ts";
import { cppThriftTest, type Peer, pythonThriftTest } from "./peer.ts";
import { runClient, startServer } from "./peer-process.ts";
import type { Result } from "./result.ts";
import { skipFor } from "./suite.ts";
import { checkThriftTest } from "./thrifttest-client.ts";
import { secondService, thriftTest } from "./thrifttest-implementation.ts";

const CHECKS = 23;

function judge(t: Test, endpoint: Endpoint, results: readonly Result[]): void {
  const problems = results.filter(({ problem }) => problem !== undefined);
  t.strictSame(problems, [], combinationName(endpoint));
  t.equal(results.length, endpoint.naming === "plain" ? CHECKS : CHECKS + 1, "the client got to its end");
}

async function peerCallsUs(t: Test, peer: Peer): Promise<void> {
  const programs = await peer.build();
  const ours = await startOurServer((registry) =>
    registry.add(ThriftTest, thriftTest).add(SecondService, secondService),
  );
  t.teardown(() => ours.stop());
  const results: Result[] = [];
  for await (const result of runClient(programs.client(""), ours.endpoints, 100_000)) results.push(result);
  for (const endpoint of ours.endpoints) {
    judge(
      t,
      endpoint,
      results.filter(({ combination }) => combination === combinationName(endpoint)),
    );
  }
}

async function weCallPeer(t: Test, peer: Peer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "scrimp-thrifttest-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const server = await startServer((await peer.build()).server(folder));
  t.teardown(() => server.stop());
  t.equal(server.endpoints.length, COMBINATIONS.length, "every combination is served");
  for (const endpoint of server.endpoints) judge(t, endpoint, await checkThriftTest(endpoint));
}

t.setTimeout(600_000);

await t.test("our ThriftTest client calls our server", async (t) => {
  const ours = await startOurServer((registry) =>
    registry.add(ThriftTest, thriftTest).add(SecondService, secondService),
  );
  t.teardown(() => ours.stop());
  for (const endpoint of ours.endpoints) judge(t, endpoint, await checkThriftTest(endpoint));
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
