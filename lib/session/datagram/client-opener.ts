/** What opens a client's sessions over UDP. */
import type { Protocol } from "../../protocol/protocol.ts";
import type { DatagramTransport } from "../../transport/udp.ts";
import type { ClientSetting } from "../family.ts";
import type { OpenSession } from "../session.ts";
import { DEFAULT_DATAGRAM_BYTES } from "./bounds.ts";
import type { DatagramOptions } from "./client-options.ts";
import { DatagramClientSession } from "./client-session.ts";

export function opener(
  { platform, limits, reader }: ClientSetting,
  protocol: Protocol,
  options: DatagramOptions,
): OpenSession {
  const chosen = {
    maxDatagramBytes: options.maxDatagramBytes ?? DEFAULT_DATAGRAM_BYTES,
    maxUnanswered: options.maxUnanswered ?? 32,
    maxResends: options.maxResends ?? 3,
    envelope: options.envelope ?? true,
    packOneways: options.packOneways ?? false,
  };
  return (transport, owner) =>
    new DatagramClientSession(transport as DatagramTransport, owner, platform, { ...chosen, protocol, limits, reader });
}
