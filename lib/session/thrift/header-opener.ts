/** What opens a client's sessions of THeader, apart from the others: a client that speaks plain frames need not load it. */
import { HeaderFraming } from "../../framing/header/header-framing.ts";
import { HeaderTransform } from "../../framing/header/header-transforms.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ClientSetting } from "../family.ts";
import type { OpenSession } from "../session.ts";
import { openerWith } from "./client-opener.ts";

export function headerOpener(
  setting: ClientSetting,
  protocol: Protocol,
  compressRequests: boolean,
  deflated: boolean,
): OpenSession {
  const transforms = compressRequests ? [HeaderTransform.ZLIB] : [];
  return openerWith(setting, protocol, () => new HeaderFraming({ protocol, transforms }), deflated);
}
