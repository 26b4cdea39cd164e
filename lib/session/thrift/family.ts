/** Classic Thrift as a family: framed, unframed, THeader and TTHeader, plain or within Apache's zlib transport. */
import type { Framing } from "../../framing/framing.ts";
import { flag } from "../../options/kinds.ts";
import type { OptionTable } from "../../options/options.ts";
import { Lazy } from "../../platform/lazy.ts";
import { binary } from "../../protocol/binary.ts";
import { compact, compactFb } from "../../protocol/compact.ts";
import { json } from "../../protocol/json.ts";
import { carried, type Encodings } from "../encoding.ts";
import type { ClientFamily, ServerFamily } from "../family.ts";
import { HEADER_ENCODINGS, HEADER_OPTIONS, type HeaderOptions } from "../header-options.ts";
import { opensWith } from "../opens-with.ts";

/** Options of clients that speak plain frames. */
export interface ThriftOptions {
  /** Over `framed`, `unframed` and `header`: within Apache's zlib transport, which the server must speak too. Default false. */
  readonly zlib?: boolean;
}

const THRIFT_OPTIONS: OptionTable<ThriftOptions> = { zlib: flag };

const ENCODINGS: Encodings = { compact, binary, "compact-fb": compactFb, json };

const ALPN: readonly string[] = ["thrift"];

/** The sessions of clients. */
export const thriftSessions: Lazy<typeof import("./client-opener.ts")> = new Lazy(() => import("./client-opener.ts"));
/** Those of THeader. */
export const headerSessions: Lazy<typeof import("./header-opener.ts")> = new Lazy(() => import("./header-opener.ts"));
const servers = new Lazy(() => import("./server-openings.ts"));

/** Framed or unframed, as the framing that is called so, or one of the user's own. */
export function thriftFamily(framing: "framed" | "unframed" | Framing): ClientFamily<ThriftOptions> {
  const own = typeof framing !== "string";
  return {
    name: own ? "a Framing of your own" : framing,
    alpn: ALPN,
    options: own ? {} : THRIFT_OPTIONS,
    converse(dialer, setting, { zlib = false }) {
      const { encoding } = setting;
      const protocol = typeof encoding === "string" ? carried(encoding, ENCODINGS) : encoding;
      return opensWith(dialer, thriftSessions, ({ opener }) => opener(setting, protocol, framing, zlib));
    },
  };
}

/** THeader, Apache's and fbthrift's. */
export const headerFamily: ClientFamily<ThriftOptions & HeaderOptions> = {
  name: "header",
  alpn: ALPN,
  options: { ...THRIFT_OPTIONS, ...HEADER_OPTIONS },
  converse(dialer, setting, { zlib = false, compressRequests = false }) {
    const protocol = carried(setting.encoding, HEADER_ENCODINGS);
    return opensWith(dialer, headerSessions, ({ headerOpener }) =>
      headerOpener(setting, protocol, compressRequests, zlib),
    );
  },
};

/** All of it, at a server. */
export const thriftServer: ServerFamily = {
  name: "thrift",
  openings: async (setting) => (await servers.load()).thriftOpenings(setting),
};

/** Binary without a version, as programs before 2008 write it. To come last: it can be mistaken for garbage. */
export const oldThriftServer: ServerFamily = {
  name: "old binary",
  openings: async (setting) => (await servers.load()).oldThriftOpenings(setting),
};
