/**
 * What `connect` is told, judged: each option by itself, and whether it has a meaning beside the others. Knows which conversation an
 * option belongs to, not what it does there.
 */

import type { ThriftError } from "../errors/errors.ts";
import type { Framing } from "../framing/framing.ts";
import { byType, flag, oneOf, options, text, thing, whole } from "../options/kinds.ts";
import { configuration, type OptionTable, readOptions } from "../options/options.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { PROTOCOL } from "../protocol/protocol-kind.ts";
import { COMMON_OPTIONS } from "../session/common-options.ts";
import { DATAGRAM_OPTIONS } from "../session/datagram/client-options.ts";
import { ROCKET_LIMITS } from "../session/rocket/limits.ts";
import { TLS_DIAL_OPTIONS, type TlsDialOptions } from "../transport/tls.ts";
import type { Dialer } from "../transport/transport.ts";
import { isDatagramDialer } from "../transport/udp.ts";
import { CHANNEL_LIMITS } from "./channel-limits.ts";
import type { ConnectOptions } from "./connect-options.ts";

const ALGORITHM = oneOf("zlib", "zstd");

/** Every option of `connect`. */
export const CONNECT_OPTIONS: OptionTable<ConnectOptions> = {
  ...COMMON_OPTIONS,
  ...ROCKET_LIMITS,
  ...CHANNEL_LIMITS,
  protocol: byType<Exclude<ConnectOptions["protocol"], undefined>>({
    string: oneOf("rocket", "framed", "unframed", "header", "http", "header-http", "auto"),
    object: thing<Framing>("a Framing", {
      name: "string",
      carriesHeaders: "boolean",
      beginFrame: "function",
      endFrame: "function",
      createReader: "function",
    }),
  }),
  encoding: byType<"compact" | "binary" | "compact-fb" | "json" | Protocol>({
    string: oneOf("compact", "binary", "compact-fb", "json"),
    object: PROTOCOL,
  }),
  zlib: flag,
  path: text("a path as it is sent, such as /service", /^\/[!"$-~]*$/),
  compressRequests: flag,
  replyCompression: byType<Exclude<ConnectOptions["replyCompression"], undefined>>({
    string: ALGORITHM,
    object: options({ algorithm: ALGORITHM, fromBytes: whole(0) }, "algorithm", "fromBytes"),
  }),
  checksums: flag,
  datagrams: options(DATAGRAM_OPTIONS),
  tls: byType<boolean | TlsDialOptions>({ boolean: flag, object: options(TLS_DIAL_OPTIONS) }),
};

/** How conversations are named here: the words of `protocol`, and two that have none. */
const UDP = "UDP";
const OWN = "a Framing of your own";
const ROCKET = ["rocket", "auto"];
const CONNECTIONS = [...ROCKET, "framed", "unframed", "header", "http", "header-http", OWN];

/** Options that mean something only in some conversations, and in which. */
const ONLY_IN: { readonly [Name in keyof ConnectOptions]?: readonly string[] } = {
  datagrams: [UDP],
  tls: CONNECTIONS,
  protocol: CONNECTIONS,
  maxUnsentBytes: CONNECTIONS,
  stallTimeoutMs: CONNECTIONS,
  zlib: ["framed", "unframed", "header"],
  path: ["http", "header-http"],
  compressRequests: ["header", "header-http"],
  replyCompression: ROCKET,
  checksums: ROCKET,
  streamItems: ROCKET,
  streamBytes: ROCKET,
  connectionBytes: ROCKET,
  maxStreams: ROCKET,
  keepaliveMs: ROCKET,
  compressFromBytes: ROCKET,
};

/** The options in `given`. Throws CONFIGURATION for one that is not there or of another kind. */
export function judgedOptions(given: unknown): ConnectOptions {
  return readOptions("connect", given, CONNECT_OPTIONS);
}

/** Throws CONFIGURATION for an option that means nothing for `target` and beside the others. False is not to ask for something. */
export function judgeTogether(target: string | Dialer, dialer: Dialer, chosen: ConnectOptions): void {
  const { protocol = "rocket", tls = false } = chosen;
  const spoken = isDatagramDialer(dialer) ? UDP : typeof protocol === "string" ? protocol : OWN;
  for (const name of Object.keys(chosen) as (keyof ConnectOptions)[])
    if (chosen[name] !== false && ONLY_IN[name]?.includes(spoken) === false) throw meaningless(name, spoken);
  if (tls !== false && (typeof target !== "string" || target.startsWith("unix:")))
    throw configuration("tls: goes with a target of the form host:port; as a dialer there is tls(…)");
}

function meaningless(name: keyof ConnectOptions, spoken: string): ThriftError {
  if (spoken === UDP) return configuration(`${name}: UDP has no such thing, use TCP`);
  const where = ONLY_IN[name] as readonly string[];
  if (where.includes(UDP)) return configuration(`${name}: only UDP has them, use udp(…)`);
  return configuration(`${name}: means nothing with ${spoken}, only with ${where.join(", ")}`);
}
