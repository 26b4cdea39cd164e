/** HTTP/1 as a family: Thrift messages in posts, bare or in THeader frames. */
import { text } from "../../options/kinds.ts";
import type { OptionTable } from "../../options/options.ts";
import { Lazy } from "../../platform/lazy.ts";
import { binary } from "../../protocol/binary.ts";
import { compact, compactFb } from "../../protocol/compact.ts";
import { json } from "../../protocol/json.ts";
import { carried } from "../encoding.ts";
import type { ClientFamily, ClientSetting, ServerFamily } from "../family.ts";
import { HEADER_ENCODINGS, HEADER_OPTIONS, type HeaderOptions } from "../header-options.ts";
import { opensWith } from "../opens-with.ts";
import { requestHead } from "./post-head.ts";

/** Options of clients that post their calls. */
export interface HttpOptions {
  /** Over `http` and `header-http`: where requests are posted to. Default `/`. */
  readonly path?: string;
}

const HTTP_OPTIONS: OptionTable<HttpOptions> = {
  path: text("a path as it is sent, such as /service", /^\/[!"$-~]*$/),
};
/** The sessions of clients. */
export const httpSessions: Lazy<typeof import("./client-opener.ts")> = new Lazy(() => import("./client-opener.ts"));

const servers = new Lazy(() => import("./server-openings.ts"));

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

/** HTTP/1 at a server. */
export const httpServer: ServerFamily = {
  name: "http",
  openings: async (setting) => (await servers.load()).httpOpenings(setting),
};
