/**
 * `connect`: from an address and options to a channel. Knows addresses and defaults; what each protocol needs stands in
 * `conversation.ts`.
 */
import { withDefaultRocketLimits } from "../connection/rocket/rocket-limits.ts";
import { nodePlatform } from "../platform.ts";
import { parseAddress } from "../transport/address.ts";
import { tcp } from "../transport/tcp.ts";
import { tls } from "../transport/tls.ts";
import type { Dialer } from "../transport/transport.ts";
import { udp } from "../transport/udp.ts";
import { unix } from "../transport/unix.ts";
import { Channel } from "./channel.ts";
import type { ChannelLimits } from "./channel-limits.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { conversation } from "./conversation.ts";

/**
 * A channel to `target`: `host:port`, `unix:/path`, `udp://host:port`, or a dialer. It dials on the first call. Throws CONFIGURATION for an address
 * or option that makes no sense. Calls are given up after 30 s unless they or `timeoutMs` say otherwise.
 */
export function connect(target: string | Dialer, options: ConnectOptions = {}): Channel {
  const platform = options.platform ?? nodePlatform;
  const dialer = typeof target === "string" ? dialerOf(target, options.tls) : target;
  const rocketLimits = withDefaultRocketLimits(options);
  const limits: ChannelLimits = {
    timeoutMs: options.timeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    maxQueuedCalls: options.maxQueuedCalls ?? 65_536,
    streamItems: rocketLimits.streamItems,
    streamBytes: rocketLimits.streamBytes,
    backoff: { firstMs: options.backoff?.firstMs ?? 100, maxMs: options.backoff?.maxMs ?? 3_000 },
  };
  const { dialer: asked, open } = conversation(dialer, options, platform, rocketLimits, limits.connectTimeoutMs);
  return new Channel(asked, open, platform, limits, options.interceptors);
}

function dialerOf(text: string, secure: ConnectOptions["tls"]): Dialer {
  const overUdp = text.startsWith("udp://");
  const address = parseAddress(overUdp ? text.slice("udp://".length) : text);
  if ("path" in address) return unix(address.path);
  if (overUdp) return udp(address.host, address.port);
  if (secure === undefined || secure === false) return tcp(address.host, address.port);
  return tls(address.host, address.port, secure === true ? {} : secure);
}
