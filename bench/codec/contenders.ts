/** All codecs that are measured, in the order of the tables. Each is loaded alone, in the process that measures it. */
import type { CodecContender } from "./codec.ts";

type Load = () => Promise<CodecContender>;

const loaders: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["scrimp", async () => (await import("../peers/codec/scrimp.ts")).scrimp],
  ["scrimp, i64 as number", async () => (await import("../peers/codec/scrimp.ts")).scrimpNumber],
  ["scrimp, own Buffer", async () => (await import("../peers/codec/scrimp.ts")).scrimpBuffer],
  ["scrimp binary", async () => (await import("../peers/codec/scrimp.ts")).scrimpBinary],
  ["msgpackr records", async () => (await import("../peers/codec/msgpackr.ts")).msgpackrRecords],
  ["msgpackr records, reused buffer", async () => (await import("../peers/codec/msgpackr.ts")).msgpackrReused],
  ["msgpackr plain", async () => (await import("../peers/codec/msgpackr.ts")).msgpackrPlain],
  ["avsc", async () => (await import("../peers/codec/avsc.ts")).avsc],
  ["protobufjs static", async () => (await import("../peers/codec/protobufjs.ts")).protobufjs],
  ["@bufbuild/protobuf", async () => (await import("../peers/codec/protobuf-es.ts")).protobufEs],
  ["JSON", async () => (await import("../peers/codec/json.ts")).json],
  ["npm thrift binary", async () => (await import("../peers/codec/thrift.ts")).thriftBinary],
  ["npm thrift compact", async () => (await import("../peers/codec/thrift.ts")).thriftCompact],
]);

export const codecContenderNames: readonly string[] = [...loaders.keys()];

export function loadCodecContender(name: string): Promise<CodecContender> {
  return loaders.get(name)!();
}
