/** What a typed client needs of a channel. Knows methods and options, no connection. */
import type { Buffer } from "node:buffer";
import type { CallOptions } from "../call/call.ts";
import type { Items } from "../connection/item-pump.ts";
import type { StreamCall } from "../connection/stream-call.ts";
import type { Method } from "../schema/service.ts";

/** What a typed client needs of whoever carries its calls out. */
export interface Caller {
  /** The result; undefined for a oneway call that was handed to the network. `wireName`: the method's name as sent. */
  call(method: Method, wireName: Buffer, args: readonly unknown[], options: CallOptions | undefined): Promise<unknown>;
  /** Begins a stream, sink or bidirectional call; `source` is what the caller sends, for the latter two. */
  stream(
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    source: Items | undefined,
    options: CallOptions | undefined,
  ): StreamCall;
}
