/**
 * The public names: first what a program that serves and calls needs, then what one needs that brings a protocol, framing or
 * transport of its own.
 */

// Serve and call.

export type { CallOptions, HandlerContext } from "./call/call.ts";
export type { Channel } from "./client/channel.ts";
export { type Client, type ClientOptions, createClient, type ItemStream, type Sinking } from "./client/client.ts";
export { connect } from "./client/connect.ts";
export type { ConnectOptions } from "./client/connect-options.ts";
export type { DatagramOptions } from "./client/datagrams.ts";
export type { DatagramCounters } from "./connection/datagram/counters.ts";
export type { ReplyOrder } from "./connection/session.ts";
export {
  ApplicationError,
  ConnectionError,
  DeadlineError,
  DecodeError,
  type Delivery,
  EncodeError,
  type ErrorCode,
  type Phase,
  ThriftError,
} from "./errors.ts";
export { ThriftException } from "./schema/exception.ts";
export type { ServeDatagramOptions } from "./server/datagrams.ts";
export type { Implementation, Registry } from "./server/registry.ts";
export { type DrainOptions, type ServeOptions, type Server, serve } from "./server/server.ts";
export { type MemoryLink, memory } from "./transport/memory.ts";
export { type TcpListenOptions, tcp } from "./transport/tcp.ts";
export {
  type Certificate,
  type TlsDialOptions,
  type TlsListener,
  type TlsListenOptions,
  tls,
} from "./transport/tls.ts";
export { type UdpListenOptions, udp } from "./transport/udp.ts";
export { unix } from "./transport/unix.ts";

// Values without calls.

export { type DecodeOptions, decode, encode, make, type UnknownField, unknownFields } from "./codec/index.ts";

// Schemas as data.

export { schemaHash } from "./schema/hash.ts";
export { programOf } from "./schema/link.ts";
export type { ProgramSchema } from "./schema/schema.ts";

// Around calls.

export type { Call } from "./call/call.ts";
export type { Interceptor, Invoke } from "./call/interceptor.ts";
export {
  type CallMetric,
  type ConnectionMetric,
  Metrics,
  type MetricsSnapshot,
  type Outcome,
  TIME_BOUNDS_MS,
} from "./call/metrics.ts";
export type { CallEvent, ConnectionEvent, DialEvent, RefusedEvent } from "./diagnostics.ts";

// Parts of one's own.

export type { Caller } from "./client/caller.ts";
export { type Lz4Block, useLz4 } from "./framing/compression.ts";
export { framed } from "./framing/framed.ts";
export type { FrameReader, FrameSink, Framing } from "./framing/framing.ts";
export { unframed } from "./framing/unframed.ts";
export { nodePlatform, type PeerIdentity, type Platform } from "./platform.ts";
export { binary } from "./protocol/binary.ts";
export { compact, compactFb } from "./protocol/compact.ts";
export type { Limits } from "./protocol/limits.ts";
export type { MessageHead, MessageScanner, Protocol } from "./protocol/protocol.ts";
export type { Method, Service } from "./schema/service.ts";
export type { Dialer, Listener, Transport, TransportEvents } from "./transport/transport.ts";
