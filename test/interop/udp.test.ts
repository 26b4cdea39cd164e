/** What our client puts into datagrams, read by npm's thrift and Debian's Python; and calls between two hosts of our own. */
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Agent, type Batch } from "../../examples/jaeger-agent/gen/agent.ts";
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import { udp } from "../../lib/transport/udp.ts";
import { root } from "../helpers/shared.ts";
import { skipFor } from "./suite.ts";

const PYTHON = "/usr/bin/python3";
const peers = join(root, "test/interop/peers");

function batch(service: string, spans: number): Batch {
  return {
    process: { serviceName: service },
    spans: Array.from({ length: spans }, (_, i) => ({
      traceIdLow: -1n,
      traceIdHigh: 2n ** 63n - 1n,
      spanId: BigInt(i + 1),
      parentSpanId: 0n,
      operationName: `schlüssel ${i}`,
      flags: 1,
      startTime: 1_700_000_000_000_000n,
      duration: BigInt(i * 1_000),
    })),
  };
}

const BATCHES: readonly Batch[] = [batch("one", 1), batch("empty", 0), batch("ten", 10)];

function expected(batches: readonly Batch[]): unknown[] {
  return batches.map(({ process, spans }) => [
    "emitBatch",
    4,
    process.serviceName,
    spans.map((span) => [span.operationName, String(span.spanId), String(span.duration)]),
  ]);
}

/** The datagrams that our client sends for `BATCHES`, in hex. */
async function datagrams(encoding: "binary" | "compact", packOneways: boolean): Promise<string[]> {
  const received: string[] = [];
  const socket = createSocket("udp4");
  const wanted = packOneways ? 1 : BATCHES.length;
  const all = new Promise<void>((resolve) => {
    socket.on("message", (bytes) => {
      received.push(bytes.toString("hex"));
      if (received.length === wanted) resolve();
    });
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const channel = connect(udp("127.0.0.1", socket.address().port), {
    encoding,
    datagrams: { packOneways, maxDatagramBytes: 8_000 },
  });
  const agent = createClient(Agent, channel);
  await Promise.all(BATCHES.map((one) => agent.emitBatch(one)));
  await all;
  await channel.close();
  socket.close();
  return received;
}

async function ask(command: readonly string[], lines: readonly string[]): Promise<unknown[]> {
  const [file = "", ...args] = command;
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    const child = execFile(
      file,
      args,
      { timeout: 60_000, env: { ...process.env, NODE_PATH: join(root, "node_modules") } },
      (error, stdout) => (error ? reject(error) : resolve({ stdout })),
    );
    child.stdin?.end(`${lines.join("\n")}\n`);
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

t.setTimeout(200_000);

t.test("what we put into datagrams is what others read", async (t) => {
  const missing = [
    ...(spawnSync("thrift", ["--version"]).error ? ["thrift-compiler"] : []),
    ...(spawnSync(PYTHON, ["-c", "import thrift"]).status === 0 ? [] : ["python3-thrift"]),
  ];
  if (missing.length > 0) return skipFor(t, "datagrams", missing);
  const folder = mkdtempSync(join(tmpdir(), "scrimp-udp-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  // What lies above the folder for temporary files must not decide how Node reads what is generated in it.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  for (const generator of ["py", "js:node"])
    execFileSync("thrift", ["--gen", generator, "-o", folder, join(root, "examples/jaeger-agent/agent.thrift")]);
  const programs = {
    "Debian's Python": [PYTHON, "-B", join(peers, "python/read_datagrams.py")],
    "npm's thrift": [process.execPath, join(peers, "npm/read-datagrams.cjs")],
  };
  for (const [peer, program] of Object.entries(programs)) {
    for (const encoding of ["binary", "compact"] as const) {
      await t.test(`${peer} reads our ${encoding} datagrams, one message each and packed`, async (t) => {
        const single = await ask([...program, folder, encoding], await datagrams(encoding, false));
        t.same(single.flat(), expected(BATCHES));
        const packed = await ask([...program, folder, encoding], await datagrams(encoding, true));
        t.same(packed, [expected(BATCHES)]);
      });
    }
  }
});

/** Two hosts joined by a cable, where this machine lets us make them: what `ip` says otherwise. */
function makeHosts(name: string): string | undefined {
  const commands = [
    `netns add ${name}`,
    `link add ${name}a type veth peer name ${name}b netns ${name}`,
    `addr add 10.213.7.1/30 dev ${name}a`,
    `link set ${name}a up`,
    `-n ${name} addr add 10.213.7.2/30 dev ${name}b`,
    `-n ${name} link set ${name}b up`,
    `-n ${name} link set lo up`,
  ];
  for (const command of commands) {
    const { error, status, stderr } = spawnSync("ip", command.split(" "), { encoding: "utf8" });
    if (error !== undefined || status !== 0) return error?.message ?? stderr.trim();
  }
  return undefined;
}

async function callAcross(t: Test, command: readonly string[], host: string): Promise<void> {
  const [file = "", ...args] = [...command, process.execPath, join(root, "dist/test/interop/udp-server.js"), host];
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill());
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`server ended with ${code}`)));
  });
  const { Counter } = await import("../helpers/counter-service.ts");
  const channel = connect(address, { timeoutMs: 10_000 });
  t.teardown(() => channel.close());
  const counter = createClient(Counter, channel);
  t.same(
    await Promise.all(Array.from({ length: 500 }, (_, i) => counter.once(i))),
    Array.from({ length: 500 }, (_, i) => i * 2),
  );
  t.equal(await counter.echo(5), 5);
  t.equal((await counter.text(1_000)).length, 1_000);
  await t.rejects(counter.text(5_000), { message: /limit 1232: raise maxDatagramBytes there or use TCP/ });
}

t.test("calls cross a network between two hosts, or loopback where no hosts can be made", async (t) => {
  const name = `scrimp${process.pid % 10_000}`;
  const why = makeHosts(name);
  t.teardown(() => spawnSync("ip", ["netns", "del", name]));
  if (why !== undefined) t.comment(`over loopback: ip says "${why}"`);
  await callAcross(
    t,
    why === undefined ? ["ip", "netns", "exec", name] : [],
    why === undefined ? "10.213.7.2" : "127.0.0.1",
  );
});
