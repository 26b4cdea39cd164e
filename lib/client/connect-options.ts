/** What `connect` can be told. Knows only the options' types and what they mean. */
import type { Interceptor } from "../call/interceptor.ts";
import type { ConnectionLimits } from "../connection/connection.ts";
import type { Framing } from "../framing/framing.ts";
import type { Platform } from "../platform/platform.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { Family } from "../session/family.ts";
import type { TlsDialOptions } from "../transport/tls/options.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import type { ChannelLimits } from "./channel-limits.ts";
import type { FamilyOptions, ProtocolName } from "./families.ts";

/** How a client speaks, waits and gives up. */
export interface ConnectOptions
  extends Partial<Omit<ChannelLimits, "backoff">>,
    Partial<ConnectionLimits>,
    Partial<Limits>,
    FamilyOptions {
  /**
   * `rocket`: fbthrift's protocol, with streams, deadlines, cancellation and headers. For servers of classic Thrift: `framed`,
   * `unframed`, `header` (Apache's and fbthrift's THeader), `http` (a POST for each call, one at a time) or `header-http` (THeader
   * in the bodies of `http`, which Apache's programs can be told to speak). `auto` asks the server once whether it speaks Rocket, and takes `framed` where it does not. Default `rocket`; UDP has its own.
   */
  readonly protocol?: ProtocolName | Framing | Family;
  /** How values are written. Default `compact`, Apache's dialect; `compact-fb` is fbthrift's, which is what `compact` means over Rocket. */
  readonly encoding?: "compact" | "binary" | "compact-fb" | "json" | Protocol;
  readonly backoff?: Partial<ChannelLimits["backoff"]>;
  /** Around every call, the first outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Strings in replies that are not UTF-8: fail the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
  /** Speaks over TLS. Default: not. */
  readonly tls?: boolean | TlsDialOptions;
  readonly platform?: Platform;
}
