/**
 * `connect`: from an address and options to a channel. Knows addresses and defaults; what each protocol needs is its
 * family's.
 */
import { thing } from "../options/kinds.ts";
import { nodePlatform } from "../platform/node.ts";
import type { Platform } from "../platform/platform.ts";
import { withDefaultLimits } from "../protocol/limits.ts";
import type { ClientSetting } from "../session/family.ts";
import { withDefaultRocketLimits } from "../session/rocket/limits.ts";
import { parseAddress } from "../transport/address.ts";
import { tcp } from "../transport/tcp.ts";
import { TlsDialer } from "../transport/tls/dialer.ts";
import type { Dialer } from "../transport/transport.ts";
import { udp } from "../transport/udp.ts";
import { unix } from "../transport/unix.ts";
import { withDefaultBackoff } from "./backoff.ts";
import { Channel } from "./channel.ts";
import type { ChannelLimits } from "./channel-limits.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { connectionFamily, familyFor } from "./families.ts";
import { judgedOptions, judgeTogether } from "./judged-options.ts";

const DIALER = thing<Dialer>("an address such as host:port, or a Dialer", { target: "string", dial: "function" });

/**
 * A channel to `target`: `host:port`, `unix:/path`, `udp://host:port`, or a dialer. It dials on the first call. Throws CONFIGURATION for an address
 * or option that makes no sense, an option that is not known, and one that would mean nothing beside the others or for this target:
 * none is ignored. Calls are given up after 30 s unless they or `timeoutMs` say otherwise.
 */
export function connect(target: string | Dialer, given: ConnectOptions = {}): Channel {
  const options = judgedOptions(given);
  const platform = options.platform ?? nodePlatform;
  const { protocol = "rocket" } = options;
  const dialer = dialerOf(target, options);
  const family = familyFor(dialer, protocol);
  judgeTogether(target, dialer, family, options);
  const rocketLimits = withDefaultRocketLimits(options);
  const limits: ChannelLimits = {
    timeoutMs: options.timeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    maxQueuedCalls: options.maxQueuedCalls ?? 65_536,
    streamItems: rocketLimits.streamItems,
    streamBytes: rocketLimits.streamBytes,
    backoff: withDefaultBackoff(options.backoff),
  };
  const { dialer: asked, open } = family.converse(dialer, settingOf(dialer, options, platform, limits), options);
  return new Channel(asked, open, platform, limits, options.interceptors);
}

function settingOf(
  { target }: Dialer,
  options: ConnectOptions,
  platform: Platform,
  { connectTimeoutMs }: ChannelLimits,
): ClientSetting {
  return {
    target,
    platform,
    limits: withDefaultLimits(options),
    connectionLimits: {
      maxUnsentBytes: options.maxUnsentBytes ?? 1 << 20,
      stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    },
    connectTimeoutMs,
    reader: { utf8: options.utf8 ?? "check", keepUnknown: options.keepUnknown ?? false },
    encoding: options.encoding ?? "compact",
  };
}

function dialerOf(target: string | Dialer, { tls: secure = false, protocol = "rocket" }: ConnectOptions): Dialer {
  if (typeof target !== "string") return DIALER.read(target, "target");
  const overUdp = target.startsWith("udp://");
  const address = parseAddress(overUdp ? target.slice("udp://".length) : target);
  if ("path" in address) return unix(address.path);
  const { host, port } = address;
  if (overUdp) return udp(host, port);
  if (secure === false) return tcp(host, port);
  return new TlsDialer(host, port, secure === true ? {} : secure, connectionFamily(protocol).alpn);
}
