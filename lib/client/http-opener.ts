/** What opens a client's sessions over HTTP: classic Thrift's, in a framing that posts. */
import { Connection } from "../connection/connection.ts";
import type { Framing } from "../framing/framing.ts";
import { HeaderFraming } from "../framing/header/header-framing.ts";
import { HeaderTransform } from "../framing/header/header-transforms.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { ClientSetting } from "../session/family.ts";
import { HttpClientFraming } from "../session/http/client-framing.ts";
import type { OpenSession } from "../session/session.ts";
import { ThriftClientSession } from "../session/thrift/client-session.ts";

export function opener(setting: ClientSetting, protocol: Protocol, head: string): OpenSession {
  return openerWith(setting, protocol, () => new HttpClientFraming(head));
}

/** With THeader in the bodies. */
export function headerOpener(
  setting: ClientSetting,
  protocol: Protocol,
  head: string,
  compressRequests: boolean,
): OpenSession {
  const transforms = compressRequests ? [HeaderTransform.ZLIB] : [];
  return openerWith(setting, protocol, () => new HttpClientFraming(head, new HeaderFraming({ protocol, transforms })));
}

/** `framing` makes that of each connection, for it holds its state. */
function openerWith(
  { platform, connectionLimits, limits, reader }: ClientSetting,
  protocol: Protocol,
  framing: () => Framing,
): OpenSession {
  return (transport, owner) =>
    new ThriftClientSession(new Connection(transport, "client", platform, connectionLimits), owner, {
      framing: framing(),
      protocol,
      limits,
      reader,
    });
}
