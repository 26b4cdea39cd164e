/** The npm package jaeger-client, as it is, reports to a server of ours over UDP, and to the README's; and so did those that were recorded. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t, { type Test } from "tap";
import { Agent, type Batch, type Span, type Tag, TagType } from "../../examples/jaeger-agent/gen/agent.ts";
import { serve } from "../../lib/server/server.ts";
import { udp } from "../../lib/transport/udp.ts";
import { filesOf, snippetsOf } from "../../tools/dev/snippets.ts";
import { root, sharedPath } from "../helpers/shared.ts";

interface JaegerSpan {
  log(fields: Record<string, unknown>): void;
  finish(atMs?: number): void;
  context(): { readonly traceId: Buffer; readonly spanId: Buffer };
}
interface JaegerTracer {
  startSpan(name: string, options: object): JaegerSpan;
  close(done: () => void): void;
}

const silent = { info: () => {}, error: () => {} };

function initTracer(port: number): JaegerTracer {
  const jaeger = createRequire(import.meta.url)("jaeger-client") as {
    initTracer(config: object, options: object): JaegerTracer;
  };
  const config = {
    serviceName: "shop",
    sampler: { type: "const", param: 1 },
    reporter: { agentHost: "127.0.0.1", agentPort: port, flushIntervalMs: 10 },
  };
  return jaeger.initTracer(config, { logger: silent, tags: { region: "eu" } });
}

function valueOf(tag: Tag): unknown {
  switch (tag.vType) {
    case TagType.STRING:
      return tag.vStr;
    case TagType.DOUBLE:
      return tag.vDouble;
    case TagType.BOOL:
      return tag.vBool;
    default:
      return tag.vLong;
  }
}

function tagsOf(tags: readonly Tag[] = []): Record<string, unknown> {
  return Object.fromEntries(tags.map((tag) => [tag.key, valueOf(tag)]));
}

t.test("every span that jaeger-client reports arrives with all its fields", async (t) => {
  const batches: Batch[] = [];
  const errors: unknown[] = [];
  let arrived: (() => void) | undefined;
  const server = await serve(
    udp.listen(0),
    (registry) =>
      registry.add(Agent, {
        emitBatch: (batch) => {
          batches.push(batch);
          arrived?.();
        },
      }),
    { onError: (error) => errors.push(error) },
  );
  t.teardown(() => server.close());
  const tracer = initTracer(Number(server.address.split(":").at(-1)));
  const startTime = 1_700_000_000_000;
  const parent = tracer.startSpan("checkout", { startTime, tags: { text: "grüße 🎉", rate: 0.25, ok: true } });
  parent.log({ event: "paid", amount: 12.5 });
  const child = tracer.startSpan("pay", { startTime: startTime + 5, childOf: parent.context() });
  child.finish(startTime + 7);
  parent.finish(startTime + 20);
  const others = Array.from({ length: 100 }, (_, i) => tracer.startSpan(`other ${i}`, { startTime }));
  for (const span of others) span.finish(startTime + 1);
  const ids = [parent, child, ...others].map((span) => span.context().spanId.readBigInt64BE());
  await new Promise<void>((resolve) => tracer.close(resolve));
  const spans = (): Span[] => batches.flatMap((batch) => batch.spans);
  while (spans().length < 102) await new Promise<void>((resolve) => (arrived = resolve));
  t.same(errors, []);
  t.same(new Set(batches.map((batch) => batch.process.serviceName)), new Set(["shop"]));
  t.match(tagsOf(batches[0]?.process.tags), { region: "eu" });
  t.same(new Set(spans().map((span) => span.spanId)), new Set(ids));
  const [pay, checkout] = ["pay", "checkout"].map((name) => spans().find((span) => span.operationName === name));
  t.match(checkout, { startTime: BigInt(startTime) * 1000n, duration: 20_000n, parentSpanId: 0n, flags: 1 });
  t.match(tagsOf(checkout?.tags), { text: "grüße 🎉", rate: 0.25, ok: true });
  t.match(tagsOf(checkout?.logs?.[0]?.fields), { event: "paid", amount: 12.5 });
  t.match(pay, { parentSpanId: ids[0], duration: 2_000n, traceIdLow: checkout?.traceIdLow });
});

/** The README's agent in a process of its own, on free ports; a line for each thing that it prints, its addresses first. */
function startAgent(t: Test, agent: string): AsyncIterableIterator<string> {
  const folder = t.testdir();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/scrimp"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "agent.ts"), agent.replaceAll(/\b683[12]\b/g, "0"));
  const main = 'import { agent } from "./agent.ts";\nconsole.log(agent.addresses.join(" "));\n';
  writeFileSync(join(folder, "main.ts"), main);
  const child = spawn(process.execPath, ["--import", "tsx", join(folder, "main.ts")], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill());
  return createInterface(child.stdout)[Symbol.asyncIterator]();
}

t.test("the README's agent has ten lines and prints what jaeger-client reports to it", async (t) => {
  const agent = filesOf(snippetsOf(readFileSync(join(root, "README.md"), "utf8"))).get("agent.ts") ?? "";
  t.ok(agent.split("\n").filter((line) => line.trim() !== "").length <= 10);
  const lines = startAgent(t, agent);
  const addresses: string = (await lines.next()).value;
  for (const address of addresses.split(" ")) {
    const tracer = initTracer(Number(address.split(":").at(-1)));
    tracer.startSpan("checkout", { startTime: 1_700_000_000_000 }).finish(1_700_000_000_020);
    await new Promise<void>((resolve) => tracer.close(resolve));
    t.equal((await lines.next()).value, "shop: checkout took 20000 µs");
  }
});

const recorded = sharedPath("data/wire/jaeger");
t.test(
  "recorded datagrams of jaeger-client arrive too",
  { skip: recorded === undefined && "no ../shared" },
  async (t) => {
    const { createSocket } = await import("node:dgram");
    const batches: Batch[] = [];
    const server = await serve(udp.listen(0), (registry) =>
      registry.add(Agent, { emitBatch: (batch) => void batches.push(batch) }),
    );
    const socket = createSocket("udp4");
    t.teardown(async () => {
      socket.close();
      await server.close();
    });
    const names = ["udp-emitBatch-0.hex", "udp-emitBatch-1.hex", "udp-emitBatch-2.hex", "udp-emitBatch-4.hex"];
    for (const name of names) {
      const bytes = Buffer.from(readFileSync(`${recorded}/${name}`, "utf8").replace(/\s/g, ""), "hex");
      await new Promise((resolve) =>
        socket.send(bytes, Number(server.address.split(":").at(-1)), "127.0.0.1", resolve),
      );
    }
    while ((server.datagrams[0]?.received ?? 0) < names.length) await new Promise((resolve) => setTimeout(resolve, 5));
    t.match(server.datagrams[0], { received: names.length, oneways: names.length, malformed: 0, onewaysDropped: 0 });
    t.ok(
      batches.every(
        (batch) => batch.process.serviceName.length > 0 && batch.spans.every((span) => span.operationName.length > 0),
      ),
    );
  },
);
