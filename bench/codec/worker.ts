/** The process in which one codec encodes and decodes one shape: CPU time and bytes allocated per operation. */
import type { Answers } from "../answers.ts";
import type { Sample } from "../case.ts";
import type { ShapeName } from "../fixtures/messages.ts";
import { allocationPerOperation } from "../measure/allocation.ts";
import { operationsPerCpuSecond } from "../measure/cpu-slice.ts";
import type { Codec } from "./codec.ts";
import { loadCodecContender } from "./contenders.ts";

export interface CodecRole {
  readonly contender: string;
  readonly shape: ShapeName;
}

export async function codecWorker(role: CodecRole): Promise<Answers> {
  const codec = await (await loadCodecContender(role.contender)).open(role.shape);
  return {
    slice: (ms: number) => slice(codec, ms),
    encode: (ms: number) => operationsPerCpuSecond((i) => codec.encode(i), codec.count, ms),
    decode: (ms: number) => operationsPerCpuSecond((i) => codec.decode(i), codec.count, ms),
  };
}

function slice(codec: Codec, ms: number): readonly Sample[] {
  const encode = (i: number): unknown => codec.encode(i);
  const decode = (i: number): unknown => codec.decode(i);
  const encodeRate = operationsPerCpuSecond(encode, codec.count, ms / 2);
  const decodeRate = operationsPerCpuSecond(decode, codec.count, ms / 2);
  return [
    { metric: "encode", unit: "M/s", value: encodeRate / 1e6 },
    { metric: "decode", unit: "M/s", value: decodeRate / 1e6 },
    { metric: "bytes", unit: "B", value: codec.encoded(0).length },
    { metric: "encode allocation", unit: "B/op", value: allocationPerOperation(encode, codec.count, 1e9 / encodeRate) },
    { metric: "decode allocation", unit: "B/op", value: allocationPerOperation(decode, codec.count, 1e9 / decodeRate) },
  ];
}
