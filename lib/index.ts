/**
 * The public names: first what a program that serves and calls needs, then what one needs that brings a protocol, framing or
 * transport of its own.
 */

// Serve and call.

export type { AdmissionLimits } from "./call/admission-limits.ts";
export type { CallOptions, HandlerContext } from "./call/call.ts";
export type { ReplyOrder } from "./call/dispatcher.ts";
export type { Held, LoadLimits } from "./call/load.ts";
export type { SilenceLimits } from "./call/silent-streams.ts";
export type { CreditLimits } from "./call/starving-streams.ts";
export type { BackoffOptions } from "./client/backoff.ts";
export type { ChannelLimits } from "./client/channel-limits.ts";
export {
  type Client,
  type ClientMethod,
  type ClientOptions,
  createClient,
  type InteractionClient,
  type ItemStream,
  type Sinking,
} from "./client/client.ts";
export type { ConnectOptions } from "./client/connect-options.ts";
export type { FamilyOptions, ProtocolName } from "./client/families.ts";
export type { ConnectionLimits } from "./connection/connection.ts";
export {
  ApplicationError,
  ConnectionError,
  DeadlineError,
  DecodeError,
  type Delivery,
  EncodeError,
  type ErrorCode,
  type ErrorDetails,
  type Phase,
  ThriftError,
} from "./errors/errors.ts";
export type { CallHeaders } from "./framing/call-headers.ts";
export type { PackedFunction } from "./packed/procedure.ts";
export {
  type AnyListener,
  type Channel,
  connect,
  type Registry,
  type Server,
  type ServerLoad,
  serve,
} from "./public.ts";
export { ThriftException } from "./schema/exception.ts";
export type { ServeLimits } from "./server/limits.ts";
export type { OpeningOptions } from "./server/opening-options.ts";
export type { AddOptions, Handler, Implementation, Sink, StreamAnswer } from "./server/registry.ts";
export type { DrainOptions, ServeOptions } from "./server/server.ts";
export type { DatagramOptions } from "./session/datagram/client-options.ts";
export type { DatagramCounters } from "./session/datagram/counters.ts";
export type { UdpOptions } from "./session/datagram/family.ts";
export type { ServeDatagramOptions } from "./session/datagram/server-options.ts";
export type { DatagramServerOptions } from "./session/datagram/server-session.ts";
export type { Family } from "./session/family.ts";
export type { HeaderOptions } from "./session/header-options.ts";
export type { HttpOptions } from "./session/http/family.ts";
export type { RocketOptions } from "./session/rocket/family.ts";
export type { RocketLimits } from "./session/rocket/limits.ts";
export type { ThriftOptions } from "./session/thrift/family.ts";
export { type MemoryLink, memory } from "./transport/memory.ts";
export { type TcpListenOptions, tcp } from "./transport/tcp.ts";
export type { TlsListener } from "./transport/tls/listener.ts";
export type { Certificate, TlsDialOptions, TlsListenOptions } from "./transport/tls/options.ts";
export { tls } from "./transport/tls.ts";
export {
  type DatagramDialer,
  type DatagramListener,
  type DatagramReceiver,
  type DatagramTransport,
  type UdpListenOptions,
  udp,
} from "./transport/udp.ts";
export { unix } from "./transport/unix.ts";

// Values without calls.

export { type DecodeOptions, decode, encode, make, type UnknownField, unknownFields } from "./codec/index.ts";

// Schemas as data.

export { schemaHash } from "./schema/hash.ts";
export { type Includes, programOf } from "./schema/link.ts";
export type {
  BaseTypeSchema,
  ConstantSchema,
  EnumSchema,
  FieldSchema,
  MethodSchema,
  ModuleSchema,
  ProgramSchema,
  ServiceSchema,
  SinkSchema,
  StreamSchema,
  StructSchema,
  TypeSchema,
  ValueSchema,
} from "./schema/schema.ts";
export type { MethodKind, ResultShape } from "./schema/service.ts";
export type {
  BaseType,
  CodecMakers,
  EnumType,
  ExceptionClass,
  Field,
  ListType,
  MapType,
  SetType,
  StructType,
  Type,
  TypeScope,
  WrittenCodecs,
} from "./schema/types.ts";

// Around calls.

export type { Call } from "./call/call.ts";
export type { Interceptor, Invoke } from "./call/interceptor.ts";
export type { CallEvent, ConnectionEvent, DialEvent, RefusedEvent } from "./observe/diagnostics.ts";
export {
  type CallMetric,
  type ConnectionMetric,
  Metrics,
  type MetricsSnapshot,
  type Outcome,
  TIME_BOUNDS_MS,
} from "./observe/metrics.ts";

// Parts of one's own.

export type { Caller, CallStream } from "./client/caller.ts";
export { type Lz4Block, useLz4 } from "./framing/compression.ts";
export { framed } from "./framing/framed.ts";
export type { FrameReader, FrameSink, FrameWriter, Framing } from "./framing/framing.ts";
export { unframed } from "./framing/unframed.ts";
export { nodePlatform } from "./platform/node.ts";
export type {
  DatagramAddress,
  DatagramEvents,
  DatagramSocket,
  PeerIdentity,
  Platform,
  ReadBuffers,
  SocketAddress,
  Timer,
} from "./platform/platform.ts";
export { binary } from "./protocol/binary.ts";
export { compact, compactFb } from "./protocol/compact.ts";
export type { Limits } from "./protocol/limits.ts";
export type { Encoding, MessageHead, MessageScanner, Protocol } from "./protocol/protocol.ts";
export type { Method, Service } from "./schema/service.ts";
export type { Items } from "./stream/item-pump.ts";
export type { Dialer, Listener, Transport, TransportEvents } from "./transport/transport.ts";
export type { ByteReader, ReaderOptions } from "./wire/byte-reader.ts";
export type { ByteWriter } from "./wire/byte-writer.ts";
