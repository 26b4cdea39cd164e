/** What is told of a call that a server is done with: the same whatever carried it. Knows no bytes and no answers. */
import { serverCall } from "../observe/diagnostics.ts";
import type { Platform } from "../platform/platform.ts";
import type { Method } from "../schema/service.ts";

/** What must be known of the call. */
export interface EndedCall {
  readonly method: Method;
  readonly peer: string;
  /** In the platform's milliseconds. */
  readonly startedAt: number;
}

/** Publishes `scrimp:server:call`, if anybody has subscribed. `outcome`: what it failed with, if it has `failed`. */
export function publishEnd(call: EndedCall, platform: Platform, failed: boolean, outcome: unknown): void {
  if (!serverCall.hasSubscribers) return;
  const elapsedMs = platform.now() - call.startedAt;
  serverCall.publish({ method: call.method.name, peer: call.peer, elapsedMs, ...(failed && { error: outcome }) });
}
