/** The call that the last interceptor of a channel hands on: the caller's object, which is looked at before anything is done for it. */
import { Buffer } from "node:buffer";
import type { Call } from "../call/call.ts";
import { ThriftError } from "../errors/errors.ts";
import { StreamCall } from "../stream/stream-call.ts";

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
