/** Thrift over UDP as a family: one message a datagram. */
import { options } from "../../options/kinds.ts";
import { Lazy } from "../../platform/lazy.ts";
import type { Platform } from "../../platform/platform.ts";
import { binary } from "../../protocol/binary.ts";
import { compact, compactFb } from "../../protocol/compact.ts";
import { carried, type Encodings } from "../encoding.ts";
import type { ClientFamily, DatagramSession, Host, ServerSetting } from "../family.ts";
import { opensWith } from "../opens-with.ts";
import { DATAGRAM_OPTIONS, type DatagramOptions } from "./client-options.ts";
import type { DatagramCounters } from "./counters.ts";
import { type ServeDatagramOptions, withDatagramDefaults } from "./server-options.ts";

/** What the first bytes of a datagram tell from one another. */
const ENCODINGS: Encodings = { compact, binary, "compact-fb": compactFb };

/** The sessions of clients. */
export const datagramSessions: Lazy<typeof import("./client-opener.ts")> = new Lazy(() => import("./client-opener.ts"));
const servers = new Lazy(() => import("./server-session.ts"));

/** Options of clients over UDP. */
export interface UdpOptions {
  /** For `udp(…)` only, which takes none of the options of connections. */
  readonly datagrams?: DatagramOptions;
}

export const datagramFamily: ClientFamily<UdpOptions> = {
  name: "UDP",
  alpn: [],
  options: { datagrams: options(DATAGRAM_OPTIONS) },
  converse(dialer, setting, { datagrams = {} }) {
    const protocol = carried(setting.encoding, ENCODINGS);
    return opensWith(dialer, datagramSessions, ({ opener }) => opener(setting, protocol, datagrams));
  },
};

/** What takes the datagrams of one socket of a server. Rejects with CONFIGURATION for options that do not go together. */
export async function serveDatagrams(
  host: Host,
  platform: Platform,
  { limits, reader }: ServerSetting,
  chosen: ServeDatagramOptions,
): Promise<DatagramSession<DatagramCounters>> {
  const options = withDatagramDefaults(chosen, limits, reader);
  const { DatagramServerSession } = await servers.load();
  return new DatagramServerSession(host, platform, options);
}
