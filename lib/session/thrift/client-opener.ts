/** What opens a client's sessions of classic Thrift: from what its family was told to a framing for each connection. */
import { Connection } from "../../connection/connection.ts";
import { framed } from "../../framing/framed.ts";
import type { Framing } from "../../framing/framing.ts";
import { unframed } from "../../framing/unframed.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { Transport } from "../../transport/transport.ts";
import { zlib } from "../../transport/zlib.ts";
import type { ClientSetting } from "../family.ts";
import type { OpenSession } from "../session.ts";
import { ThriftClientSession } from "./client-session.ts";

const FRAMINGS = { framed, unframed };

export function opener(
  setting: ClientSetting,
  protocol: Protocol,
  framing: "framed" | "unframed" | Framing,
  deflated: boolean,
): OpenSession {
  const shared = typeof framing === "string" ? FRAMINGS[framing] : framing;
  return openerWith(setting, protocol, () => shared, deflated);
}

/** `framing` makes that of each connection, because some hold its state. */
export function openerWith(
  { platform, connectionLimits, limits, reader }: ClientSetting,
  protocol: Protocol,
  framing: () => Framing,
  deflated: boolean,
): OpenSession {
  const around = deflated ? zlib : (transport: Transport): Transport => transport;
  return (transport, owner) =>
    new ThriftClientSession(new Connection(around(transport), "client", platform, connectionLimits), owner, {
      framing: framing(),
      protocol,
      limits,
      reader,
    });
}
