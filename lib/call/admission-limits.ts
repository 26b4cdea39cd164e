/** What bounds the calls that a server takes in. */
import type { LoadLimits } from "./load.ts";

/** What one server admits. */
export interface AdmissionLimits extends LoadLimits {
  /** Calls in flight on one connection, without streams; more are refused. Default 32,768. */
  readonly maxConnectionCalls: number;
  /** Calls in flight on all connections, without streams; more are refused. Default 65,536. */
  readonly maxCalls: number;
  /** Streams, sinks and bidirectional calls on all connections; for one more a stream ends that has long waited for credit, or it is refused. Default 65,536. */
  readonly maxAllStreams: number;
  /** Milliseconds that the client of an open sink or bidirectional call may send nothing though it has credit; then it ends with STREAM_IDLE. Default Infinity. */
  readonly streamIdleTimeoutMs: number;
  /** Bytes of requests in flight on one connection, on the wire or in memory; at more it is not read. Default 32 MiB. */
  readonly maxConnectionRequestBytes: number;
  /** The same on all connections; at more, further calls are refused. Default 256 MiB. */
  readonly maxRequestBytes: number;
  /** Which part of `maxCalls`, `maxAllStreams` and `maxRequestBytes` the clients of one host may take; 1 for all. Default 0.5. */
  readonly maxHostShare: number;
}
