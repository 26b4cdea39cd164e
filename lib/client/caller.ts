/** What a typed client needs of a channel. Knows methods and options, no connection. */
import type { Buffer } from "node:buffer";
import type { CallOptions } from "../call/call.ts";
import type { Method } from "../schema/service.ts";
import type { Items } from "../stream/item-pump.ts";

/** What a typed client needs to have its calls carried out. */
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
  ): CallStream;
}

/** A stream, sink or bidirectional call that has begun. */
export interface CallStream extends AsyncIterable<unknown> {
  /** The first response. Need not be looked at. */
  readonly response: Promise<unknown>;
  /** The final response of a sink; rejects with whatever ended the call before. */
  readonly final: Promise<unknown>;
  /** Ends the call; what was received and not read is dropped. Harmless when it is over. */
  cancel(): void;
}
