/** What tracing clients really sent: datagrams and a batch of jaeger-client, spans of zipkin-encoder-thrift. */
import { readdirSync, readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import t from "tap";
import { decode, encode } from "../../lib/codec/index.ts";
import { binary, serve, tcp } from "../../lib/index.ts";
import type { Service } from "../../lib/schema/service.ts";
import { sharedPath } from "../helpers/shared.ts";
import { foreignMessage, foreignTree, treeOf } from "./field-tree.ts";
import { bothWays, realInputTest } from "./real-idl.ts";

const jaegerIdl = "npm+jaeger-client-3.19.0/dist/src/jaeger-idl/thrift";
const ONEWAY = 4;

function recorded(path: string): Buffer {
  return Buffer.from(readFileSync(sharedPath(`data/wire/${path}`)!, "utf8").trim(), "hex");
}

/** What an agent's handler gets when `bytes` arrive at a server. */
async function received(agent: Service, bytes: Buffer, count: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  let enough = (): void => {};
  const all = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const handlers = Object.fromEntries([...agent.methods.keys()].map((key) => [key, () => {}]));
  const emitBatch = (batch: unknown): void => {
    if (batches.push(batch) === count) enough();
  };
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (registry) =>
    registry.add(agent, { ...handlers, emitBatch } as never),
  );
  const socket = connectSocket(Number(server.address.split(":").pop()), "127.0.0.1");
  socket.write(bytes);
  await all;
  socket.destroy();
  await server.close();
  return batches;
}

await realInputTest(t, "Jaeger's datagrams reach an agent's handler with every field", async (t) => {
  const names = readdirSync(sharedPath("data/wire/jaeger")!).filter((name) => name.startsWith("udp-"));
  const datagrams = names.sort().map((name) => recorded(join("jaeger", name)));
  t.equal(datagrams.length, 4, "four datagrams");
  for (const { origin, service } of await bothWays("jaeger-agent", { path: `${jaegerIdl}/agent.thrift` })) {
    const agent = service("Agent");
    const [argument] = agent.methods.get("emitBatch")!.args;
    const batches = await received(agent, Buffer.concat(datagrams), datagrams.length);
    for (const [index, datagram] of datagrams.entries()) {
      const sent = foreignMessage(datagram, "binary");
      t.strictSame([sent.name, sent.type], ["emitBatch", ONEWAY]);
      t.strictSame({ field_1: treeOf(batches[index], argument!.type) }, sent.body, `${names[index]} by ${origin}`);
    }
  }
});

await realInputTest(t, "Jaeger's HTTP body is a Batch, and is written byte for byte as it came", async (t) => {
  const body = recorded("jaeger/http-batch-0.hex");
  for (const { origin, struct } of await bothWays("jaeger-batch", { path: `${jaegerIdl}/jaeger.thrift` })) {
    const Batch = struct("Batch");
    const batch = decode(Batch, body, binary) as { process: { serviceName: string } };
    t.equal(batch.process.serviceName, "corpus-svc");
    t.strictSame(treeOf(batch, Batch), foreignTree(body, "binary"), `every field by ${origin}`);
    t.strictSame(decode(Batch, encode(Batch, batch, binary), binary), batch, "and back");
  }
});

interface ZipkinJson {
  readonly traceId: string;
  readonly parentId?: string;
  readonly id: string;
  readonly name: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly annotations: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly localEndpoint: { readonly serviceName: string; readonly ipv4: string; readonly port: number };
}

interface ZipkinSpan {
  readonly trace_id: bigint;
  readonly trace_id_high?: bigint;
  readonly parent_id?: bigint;
  readonly id: bigint;
  readonly name: string;
  readonly timestamp?: bigint;
  readonly duration?: bigint;
  readonly annotations: readonly { timestamp: bigint; value: string; host?: Endpoint }[];
  readonly binary_annotations: readonly { key: string; value: Buffer; host?: Endpoint }[];
}

interface Endpoint {
  readonly ipv4: number;
  readonly port: number;
  readonly service_name: string;
}

const hex16 = (id: bigint): string => BigInt.asUintN(64, id).toString(16).padStart(16, "0");

/** The thrift form of a span, told in the words of its JSON form. */
function told(span: ZipkinSpan, { tags }: ZipkinJson): Partial<ZipkinJson> {
  const host = span.annotations[0]!.host!;
  const inTags = span.binary_annotations.filter(({ key }) => key in tags);
  return {
    traceId: hex16(span.trace_id_high ?? 0n) + hex16(span.trace_id),
    ...(span.parent_id === undefined ? {} : { parentId: hex16(span.parent_id) }),
    id: hex16(span.id),
    name: span.name,
    timestamp: Number(span.timestamp),
    duration: Number(span.duration),
    annotations: span.annotations
      .filter(({ value }) => value.length > 2)
      .map(({ timestamp, value }) => ({ timestamp: Number(timestamp), value })),
    tags: Object.fromEntries(inTags.map(({ key, value }) => [key, value.toString()])),
    localEndpoint: { serviceName: host.service_name, ipv4: ipText(host.ipv4), port: host.port },
  };
}

function ipText(ipv4: number): string {
  return [24, 16, 8, 0].map((shift) => (ipv4 >>> shift) & 255).join(".");
}

await realInputTest(t, "Zipkin's spans say in thrift what they say in JSON", async (t) => {
  for (const { origin, struct } of await bothWays("zipkin", {
    path: "jaegertracing+jaeger-idl/thrift/zipkincore.thrift",
  })) {
    const Span = struct("Span");
    for (const index of [0, 1]) {
      const bytes = recorded(`zipkin/zipkin-encoder-span-${index}.hex`);
      const path = sharedPath(`data/wire/zipkin/zipkin-encoder-span-${index}.json`)!;
      const json = JSON.parse(readFileSync(path, "utf8")) as ZipkinJson;
      const span = decode(Span, bytes, binary, { trailing: true }) as ZipkinSpan;
      t.match(json, told(span, json), `span ${index} by ${origin}`);
      t.strictSame(treeOf(span, Span), foreignTree(bytes, "binary"), "every field");
      t.strictSame(decode(Span, encode(Span, span, binary), binary), span, "and back");
    }
  }
});
