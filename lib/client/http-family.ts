/** Thrift over HTTP/1 as a family of clients. */
import { Connection } from "../connection/connection.ts";
import type { Framing } from "../framing/framing.ts";
import { HeaderFraming } from "../framing/header/header-framing.ts";
import { HeaderTransform } from "../framing/header/header-transforms.ts";
import { text } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { carried } from "../session/encoding.ts";
import type { ClientFamily, ClientSetting, Conversation } from "../session/family.ts";
import { HttpClientFraming, requestHead } from "../session/http/client-framing.ts";
import { ThriftClientSession } from "../session/thrift/client-session.ts";
import { HEADER_ENCODINGS, HEADER_OPTIONS, type HeaderOptions } from "../session/thrift/family.ts";
import type { Dialer } from "../transport/transport.ts";

/** Options of clients that post their calls. */
export interface HttpOptions {
  /** Over `http` and `header-http`: where requests are posted to. Default `/`. */
  readonly path?: string;
}

const HTTP_OPTIONS: OptionTable<HttpOptions> = {
  path: text("a path as it is sent, such as /service", /^\/[!"$-~]*$/),
};
const ALPN: readonly string[] = ["http/1.1"];

export const httpFamily: ClientFamily<HttpOptions> = {
  name: "http",
  alpn: ALPN,
  options: HTTP_OPTIONS,
  converse(dialer, setting, { path = "/" }) {
    const { encoding } = setting;
    const protocol =
      typeof encoding === "string" ? carried(encoding, { compact, binary, "compact-fb": compactFb, json }) : encoding;
    const head = requestHead(hostOf(setting), path);
    return posting(dialer, setting, protocol, () => new HttpClientFraming(head));
  },
};

export const headerHttpFamily: ClientFamily<HttpOptions & HeaderOptions> = {
  name: "header-http",
  alpn: ALPN,
  options: { ...HTTP_OPTIONS, ...HEADER_OPTIONS },
  converse(dialer, setting, { path = "/", compressRequests = false }) {
    const protocol = carried(setting.encoding, HEADER_ENCODINGS);
    const head = requestHead(hostOf(setting), path);
    const transforms = compressRequests ? [HeaderTransform.ZLIB] : [];
    return posting(
      dialer,
      setting,
      protocol,
      () => new HttpClientFraming(head, new HeaderFraming({ protocol, transforms })),
    );
  },
};

function hostOf({ target }: ClientSetting): string {
  return target.startsWith("unix:") ? "localhost" : target;
}

function posting(
  dialer: Dialer,
  { platform, connectionLimits, limits, reader }: ClientSetting,
  protocol: Protocol,
  framing: () => Framing,
): Conversation {
  return {
    dialer,
    open: (transport, owner) =>
      new ThriftClientSession(new Connection(transport, "client", platform, connectionLimits), owner, {
        framing: framing(),
        protocol,
        limits,
        reader,
      }),
  };
}
