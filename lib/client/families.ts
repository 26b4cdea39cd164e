/** The protocol families that a client may name in `protocol`. */
import type { Framing } from "../framing/framing.ts";
import { lookedAt, type OptionTable } from "../options/options.ts";
import { datagramFamily, type UdpOptions } from "../session/datagram/family.ts";
import type { ClientFamily, Family } from "../session/family.ts";
import type { HeaderOptions } from "../session/header-options.ts";
import { type HttpOptions, headerHttpFamily, httpFamily } from "../session/http/family.ts";
import { type RocketOptions, rocketFamily } from "../session/rocket/family.ts";
import { headerFamily, type ThriftOptions, thriftFamily } from "../session/thrift/family.ts";
import type { Dialer } from "../transport/transport.ts";
import { isDatagramDialer } from "../transport/udp.ts";
import { autoFamily } from "./auto-protocol.ts";

/** Options of `connect` that mean something with some families only. */
export interface FamilyOptions extends RocketOptions, ThriftOptions, HeaderOptions, HttpOptions, UdpOptions {}

/** What `protocol` may be. */
export type ProtocolName = "rocket" | "framed" | "unframed" | "header" | "http" | "header-http" | "auto";

const FAMILIES: Readonly<Record<ProtocolName, ClientFamily<FamilyOptions>>> = {
  rocket: rocketFamily,
  framed: thriftFamily("framed"),
  unframed: thriftFamily("unframed"),
  header: headerFamily,
  http: httpFamily,
  "header-http": headerHttpFamily,
  auto: autoFamily,
};

export const PROTOCOL_NAMES = Object.keys(FAMILIES) as readonly ProtocolName[];

/** Every option that belongs to a family, and what it may be. */
export const FAMILY_OPTIONS: OptionTable<FamilyOptions> = Object.assign(
  {},
  ...[...Object.values(FAMILIES), datagramFamily].map(({ options }) => options),
) as OptionTable<FamilyOptions>;

/** What is spoken to `dialer` where `protocol` is asked for: datagrams have one family only. */
export function familyFor(dialer: Dialer, protocol: ProtocolName | Framing | Family): ClientFamily<FamilyOptions> {
  return isDatagramDialer(dialer) ? datagramFamily : connectionFamily(protocol);
}

/** What is spoken on connections where `protocol` is asked for. */
export function connectionFamily(protocol: ProtocolName | Framing | Family): ClientFamily<FamilyOptions> {
  if (typeof protocol === "string") return FAMILIES[protocol];
  return isFramed(protocol) ? thriftFamily(protocol) : (protocol as ClientFamily);
}

/** They were judged with the other options. */
function isFramed(protocol: Framing | Family): protocol is Framing {
  return lookedAt("protocol", () => !("converse" in protocol));
}

/** The names of the families with which an option means something; undefined where that is all. */
export function familiesWith(option: string): readonly string[] | undefined {
  const named = [...Object.values(FAMILIES), datagramFamily].filter(({ options }) => Object.hasOwn(options, option));
  return named.length === 0 ? undefined : named.map(({ name }) => name);
}
