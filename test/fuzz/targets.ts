/** All that is fuzzed. */
import type { Target } from "./target.ts";
import { codecTargets } from "./targets/codec.ts";
import { datagramTargets } from "./targets/datagram.ts";
import { idlTarget } from "./targets/idl.ts";
import { portTargets } from "./targets/port.ts";
import { replyTargets } from "./targets/reply.ts";

export async function allTargets(): Promise<Target[]> {
  return [
    ...codecTargets,
    ...(await portTargets()),
    ...(await replyTargets()),
    ...(await datagramTargets()),
    idlTarget,
  ];
}
