/** What `connect` can be told. Knows only the options' types and what they mean. */
import type { Interceptor } from "../call/interceptor.ts";
import type { ConnectionLimits } from "../connection/connection.ts";
import type { Framing } from "../framing/framing.ts";
import type { Platform } from "../platform/platform.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { DatagramOptions } from "../session/datagram/client-options.ts";
import type { RocketLimits } from "../session/rocket/limits.ts";
import type { TlsDialOptions } from "../transport/tls.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import type { ChannelLimits } from "./channel-limits.ts";

/** How a client speaks, waits and gives up. */
export interface ConnectOptions
  extends Partial<Omit<ChannelLimits, "backoff">>,
    Partial<ConnectionLimits>,
    Partial<Limits>,
    Partial<RocketLimits> {
  /**
   * `rocket`: fbthrift's protocol, with streams, deadlines, cancellation and headers. For servers of classic Thrift: `framed`,
   * `unframed`, `header` (Apache's and fbthrift's THeader), `http` (a POST for each call, one at a time) or `header-http` (THeader
   * in the bodies of `http`, which Apache's programs can be told to speak). `auto` asks the server once whether it speaks Rocket, and takes `framed` where it does not. Default `rocket`; UDP has its own.
   */
  readonly protocol?: "rocket" | "framed" | "unframed" | "header" | "http" | "header-http" | "auto" | Framing;
  /** How values are written. Default `compact`, Apache's dialect; `compact-fb` is fbthrift's, which is what `compact` means over Rocket. */
  readonly encoding?: "compact" | "binary" | "compact-fb" | "json" | Protocol;
  readonly backoff?: Partial<ChannelLimits["backoff"]>;
  /** Around every call, the first outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Strings in replies that are not UTF-8: fail the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
  /** Over `framed`, `unframed` and `header`: within Apache's zlib transport, which the server must speak too. Default false. */
  readonly zlib?: boolean;
  /** Over `http` and `header-http`: where requests are posted to. Default `/`. */
  readonly path?: string;
  /** Over `header` and `header-http`: compresses requests with zlib, which makes servers answer in kind. Apache's Node servers refuse it. Default false. */
  readonly compressRequests?: boolean;
  /** Asks for replies over Rocket to be compressed, from 1,024 bytes on or as given. Default: not. */
  readonly replyCompression?: "zlib" | "zstd" | { readonly algorithm: "zlib" | "zstd"; readonly fromBytes: number };
  /** Over Rocket: sends a CRC-32C with arguments, and asks for one with results; damage is CHECKSUM. Default false: TCP has its own, and TLS a better one. */
  readonly checksums?: boolean;
  /** For `udp(…)` only, which takes none of the options of connections. */
  readonly datagrams?: DatagramOptions;
  /** Speaks over TLS. Default: not. */
  readonly tls?: boolean | TlsDialOptions;
  readonly platform?: Platform;
}
