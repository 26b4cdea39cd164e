/** What the servers of the greed rows offer: the ordinary client's call, and what a greedy one asks for most. */
import { setTimeout as sleep } from "node:timers/promises";
import { defineModule, type Service, type StreamMethod, type UnaryMethod } from "../../../lib/schema/codegen-v1.ts";
import type { FieldSchema } from "../../../lib/schema/schema.ts";

export interface GreedMethods {
  /** The ordinary call: it echoes. */
  text: UnaryMethod<[text: string], string>;
  /** Echoes, however much it is. */
  bytes: UnaryMethod<[bytes: Buffer], Buffer>;
  /** Keeps its argument for as long as `HOLD_MS`, whether or not somebody still wants the answer. */
  hold: UnaryMethod<[bytes: Buffer], number>;
  /** Never ends, and never waits for anything. */
  numbers: StreamMethod<[], number>;
}

const field = (name: string, type: "string" | "binary"): readonly FieldSchema[] => [{ id: 1, name, type }];

export const GreedService: Service<GreedMethods> = defineModule({
  name: "greed",
  services: [
    {
      kind: "service",
      name: "Greed",
      methods: [
        { name: "text", args: field("text", "string"), returns: "string", idempotent: true },
        { name: "bytes", args: field("bytes", "binary"), returns: "binary" },
        { name: "hold", args: field("bytes", "binary"), returns: "i32" },
        { name: "numbers", args: [], stream: { type: "i32" } },
      ],
    },
  ],
}).service("Greed");

const HOLD_MS = 3_000;

/** The handler of `hold` in every system. */
export async function hold(bytes: Buffer): Promise<number> {
  await sleep(HOLD_MS);
  return bytes.length;
}
