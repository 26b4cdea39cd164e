/** A call as the interceptors of a channel get it, and as the last hands it on: then it is the user's object, and looked at before anything is done for it. */
import { Buffer } from "node:buffer";
import type { Call, CallOptions } from "../call/call.ts";
import { ThriftError } from "../errors/errors.ts";
import type { Method } from "../schema/service.ts";
import { StreamCall } from "../stream/stream-call.ts";

/** What the first interceptor gets. */
export function callOf(
  method: Method,
  wireName: Buffer,
  args: readonly unknown[],
  options: CallOptions,
  stream: StreamCall | undefined,
): Call {
  return {
    side: "client",
    method,
    wireName,
    args: args.slice(0, method.arity),
    options,
    context: undefined,
    ...(stream && { stream }),
  };
}

/** `call`, with the items that it goes with. Throws INVALID_ARGUMENT, unsent, for one that an interceptor has made without them. */
export function handedOn(call: Call): Call & { readonly stream?: StreamCall | undefined } {
  if (isWhole(call)) return call;
  const text = "an interceptor handed on a call of its own making: copy the one that it got";
  throw new ThriftError("INVALID_ARGUMENT", text, { delivery: "unsent", phase: "encode" });
}

/** A streaming method without its items, or the other way round, would be a request that no server understands. */
function isWhole(call: Call | undefined): call is Call & { readonly stream?: StreamCall | undefined } {
  if (!Buffer.isBuffer(call?.wireName) || !Array.isArray(call.args) || !Array.isArray(call.method?.args)) return false;
  const { method, stream } = call;
  if (method.kind === "unary" || method.kind === "oneway") return stream === undefined;
  return stream instanceof StreamCall;
}

/** What an attempt fails with that comes after its caller was told. */
export function overBefore({ name }: Method): ThriftError {
  const text = `${name}: its caller was told before this attempt that the call is over`;
  return new ThriftError("CANCELLED", text, { delivery: "unsent", phase: "queue" });
}
