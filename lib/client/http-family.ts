/** Thrift over HTTP/1 as a family of clients. */
import { text } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import { Lazy } from "../platform/lazy.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import { carried } from "../session/encoding.ts";
import type { ClientFamily, ClientSetting } from "../session/family.ts";
import { requestHead } from "../session/http/post-head.ts";
import { opensWith } from "../session/opens-with.ts";
import { HEADER_ENCODINGS, HEADER_OPTIONS, type HeaderOptions } from "../session/thrift/family.ts";

/** Options of clients that post their calls. */
export interface HttpOptions {
  /** Over `http` and `header-http`: where requests are posted to. Default `/`. */
  readonly path?: string;
}

const HTTP_OPTIONS: OptionTable<HttpOptions> = {
  path: text("a path as it is sent, such as /service", /^\/[!"$-~]*$/),
};
/** The sessions of clients. */
export const httpSessions: Lazy<typeof import("./http-opener.ts")> = new Lazy(() => import("./http-opener.ts"));

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
    return opensWith(dialer, httpSessions, ({ opener }) => opener(setting, protocol, head));
  },
};

export const headerHttpFamily: ClientFamily<HttpOptions & HeaderOptions> = {
  name: "header-http",
  alpn: ALPN,
  options: { ...HTTP_OPTIONS, ...HEADER_OPTIONS },
  converse(dialer, setting, { path = "/", compressRequests = false }) {
    const protocol = carried(setting.encoding, HEADER_ENCODINGS);
    const head = requestHead(hostOf(setting), path);
    return opensWith(dialer, httpSessions, ({ headerOpener }) =>
      headerOpener(setting, protocol, head, compressRequests),
    );
  },
};

function hostOf({ target }: ClientSetting): string {
  return target.startsWith("unix:") ? "localhost" : target;
}
