/**
 * What `connect` is told, judged: each option by itself, and whether it has a meaning beside the others. Knows which conversation an
 * option belongs to, not what it does there.
 */
import type { ThriftError } from "../errors/errors.ts";
import type { Framing } from "../framing/framing.ts";
import { byType, flag, oneOf, options, thing } from "../options/kinds.ts";
import { configuration, lookedAt, type OptionTable, readOptions } from "../options/options.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { PROTOCOL } from "../protocol/protocol-kind.ts";
import { COMMON_OPTIONS } from "../session/common-options.ts";
import type { ClientFamily } from "../session/family.ts";
import { TLS_DIAL_OPTIONS, type TlsDialOptions } from "../transport/tls/options.ts";
import type { Dialer } from "../transport/transport.ts";
import { isDatagramDialer } from "../transport/udp.ts";
import { CHANNEL_LIMITS } from "./channel-limits.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { FAMILY_OPTIONS, familiesWith, PROTOCOL_NAMES } from "./families.ts";

const FRAMING = thing<Framing>("a Framing", {
  name: "string",
  carriesHeaders: "boolean",
  beginFrame: "function",
  endFrame: "function",
  createReader: "function",
});
const FAMILY = thing<ClientFamily>("a protocol family", { name: "string", converse: "function", options: "object" });

/** Every option of `connect`. */
export const CONNECT_OPTIONS: OptionTable<ConnectOptions> = {
  ...COMMON_OPTIONS,
  ...CHANNEL_LIMITS,
  ...FAMILY_OPTIONS,
  protocol: byType<Exclude<ConnectOptions["protocol"], undefined>>({
    string: oneOf(...PROTOCOL_NAMES),
    object: {
      expects: "a Framing or a protocol family",
      read: (value, name) =>
        (lookedAt(name, () => "converse" in (value as object)) ? FAMILY : FRAMING).read(value, name),
    },
  }),
  encoding: byType<"compact" | "binary" | "compact-fb" | "json" | Protocol>({
    string: oneOf("compact", "binary", "compact-fb", "json"),
    object: PROTOCOL,
  }),
  tls: byType<boolean | TlsDialOptions>({ boolean: flag, object: options(TLS_DIAL_OPTIONS) }),
};

/** Options of connections, which datagrams are none of. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set<keyof ConnectOptions>([
  "tls",
  "protocol",
  "maxUnsentBytes",
  "stallTimeoutMs",
]);

/** The options in `given`. Throws CONFIGURATION for one that is not there or of another kind. */
export function judgedOptions(given: unknown): ConnectOptions {
  return readOptions("connect", given, CONNECT_OPTIONS);
}

/**
 * Throws CONFIGURATION for an option that means nothing for `target`, with `family` and beside the others. False is not to ask for
 * something.
 */
export function judgeTogether(
  target: string | Dialer,
  dialer: Dialer,
  family: ClientFamily,
  chosen: ConnectOptions,
): void {
  const overUdp = isDatagramDialer(dialer);
  for (const name of Object.keys(chosen) as (keyof ConnectOptions)[]) {
    if (chosen[name] === false || Object.hasOwn(family.options, name)) continue;
    const families = familiesWith(name);
    if (families !== undefined) throw meaningless(name, family.name, families, overUdp);
    if (overUdp && OF_CONNECTIONS.has(name)) throw notOverUdp(name);
  }
  if ((chosen.tls ?? false) !== false && (typeof target !== "string" || target.startsWith("unix:")))
    throw configuration("tls: goes with a target of the form host:port; as a dialer there is tls(…)");
}

function meaningless(name: string, spoken: string, families: readonly string[], overUdp: boolean): ThriftError {
  if (overUdp) return notOverUdp(name);
  if (name === "datagrams") return configuration(`${name}: only UDP has them, use udp(…)`);
  return configuration(`${name}: means nothing with ${spoken}, only with ${families.join(", ")}`);
}

function notOverUdp(name: string): ThriftError {
  return configuration(`${name}: UDP has no such thing, use TCP`);
}
