/** What opens a client's sessions over HTTP. */
import { Connection } from "../../connection/connection.ts";
import { HeaderFraming } from "../../framing/header/header-framing.ts";
import { HeaderTransform } from "../../framing/header/header-transforms.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ClientSetting } from "../family.ts";
import type { OpenSession } from "../session.ts";
import { HttpClientSession } from "./client-session.ts";

export function opener(setting: ClientSetting, protocol: Protocol, head: string): OpenSession {
  return openerWith(setting, protocol, head, () => undefined);
}

/** With THeader in the bodies. */
export function headerOpener(
  setting: ClientSetting,
  protocol: Protocol,
  head: string,
  compressRequests: boolean,
): OpenSession {
  const transforms = compressRequests ? [HeaderTransform.ZLIB] : [];
  return openerWith(setting, protocol, head, () => new HeaderFraming({ protocol, transforms }));
}

/** `inner` makes what a connection frames its messages in: it holds state. */
function openerWith(
  { platform, connectionLimits, limits, reader }: ClientSetting,
  protocol: Protocol,
  head: string,
  inner: () => HeaderFraming | undefined,
): OpenSession {
  return (transport, owner) =>
    new HttpClientSession(new Connection(transport, "client", platform, connectionLimits), owner, {
      head,
      inner: inner(),
      protocol,
      limits,
      reader,
    });
}
