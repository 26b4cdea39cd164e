/** What the tables of options say beside what the types say. TypeScript sees to it that no row is missing; here, that none is more. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { LOAD_IDL_OPTIONS } from "../../../idl/load/load-idl.ts";
import { CLIENT_OPTIONS } from "../../../lib/client/client.ts";
import { CONNECT_OPTIONS } from "../../../lib/client/judged-options.ts";
import { DECODE_OPTIONS } from "../../../lib/codec/index.ts";
import { DRAIN_OPTIONS, SERVE_OPTIONS } from "../../../lib/server/judged-options.ts";
import { ADD_OPTIONS } from "../../../lib/server/registry.ts";
import { DATAGRAM_OPTIONS } from "../../../lib/session/datagram/client-options.ts";
import { SERVE_DATAGRAM_OPTIONS } from "../../../lib/session/datagram/server-options.ts";
import { TCP_LISTEN_OPTIONS } from "../../../lib/transport/tcp.ts";
import { TLS_DIAL_OPTIONS, TLS_LISTEN_OPTIONS } from "../../../lib/transport/tls/options.ts";
import { UDP_LISTEN_OPTIONS } from "../../../lib/transport/udp.ts";
import { root } from "../../helpers/shared.ts";

/** The properties of the interfaces `Name` in `file`, as in `lib/x.ts Name`. */
function declared(...interfaces: readonly string[]): string[] {
  return interfaces.flatMap((where) => {
    const [file = "", name = ""] = where.split(" ");
    const text = readFileSync(join(root, file), "utf8");
    const body = new RegExp(`^export interface ${name}\\b[^]*?\\{\\n([^]*?)^\\}`, "m").exec(text)?.[1];
    if (body === undefined) throw new Error(`no interface ${where}`);
    return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option = ""]) => option);
  });
}

const SHARED = [
  "lib/protocol/limits.ts Limits",
  "lib/connection/connection.ts ConnectionLimits",
  "lib/session/rocket/limits.ts RocketLimits",
];
const CERTIFICATE = "lib/transport/tls/options.ts Certificate";

t.test("every option that a type names is judged, and none that no type names", async (t) => {
  const tables: Readonly<Record<string, readonly [object, readonly string[], without?: readonly string[]]>> = {
    connect: [
      CONNECT_OPTIONS,
      [
        ...SHARED,
        "lib/client/connect-options.ts ConnectOptions",
        "lib/client/channel-limits.ts ChannelLimits",
        "lib/session/thrift/family.ts ThriftOptions",
        "lib/session/header-options.ts HeaderOptions",
        "lib/session/rocket/family.ts RocketOptions",
        "lib/session/datagram/family.ts UdpOptions",
        "lib/session/http/family.ts HttpOptions",
      ],
    ],
    "connect, datagrams": [DATAGRAM_OPTIONS, ["lib/session/datagram/client-options.ts DatagramOptions"]],
    serve: [
      SERVE_OPTIONS,
      [
        ...SHARED,
        "lib/server/serve-options.ts ServeOptions",
        "lib/server/limits.ts ServeLimits",
        "lib/call/admission-limits.ts AdmissionLimits",
        "lib/call/load.ts LoadLimits",
        "lib/call/silent-streams.ts SilenceLimits",
        "lib/call/starving-streams.ts CreditLimits",
        "lib/server/opening-options.ts OpeningOptions",
      ],
    ],
    "serve, datagrams": [
      SERVE_DATAGRAM_OPTIONS,
      ["lib/session/datagram/server-session.ts DatagramServerOptions"],
      ["limits", "reader"],
    ],
    drain: [DRAIN_OPTIONS, ["lib/server/serve-options.ts DrainOptions"]],
    add: [ADD_OPTIONS, ["lib/server/registry.ts AddOptions"]],
    createClient: [CLIENT_OPTIONS, ["lib/client/client.ts ClientOptions"]],
    decode: [DECODE_OPTIONS, ["lib/codec/index.ts DecodeOptions", "lib/wire/byte-reader.ts ReaderOptions"]],
    loadIdl: [LOAD_IDL_OPTIONS, ["idl/load/load-idl.ts LoadIdlOptions"]],
    "tcp.listen": [TCP_LISTEN_OPTIONS, ["lib/transport/tcp.ts TcpListenOptions"]],
    "udp.listen": [UDP_LISTEN_OPTIONS, ["lib/transport/udp.ts UdpListenOptions"]],
    "tls.listen": [TLS_LISTEN_OPTIONS, ["lib/transport/tls/options.ts TlsListenOptions", CERTIFICATE]],
    tls: [TLS_DIAL_OPTIONS, ["lib/transport/tls/options.ts TlsDialOptions", CERTIFICATE]],
  };
  for (const [owner, [table, interfaces, without = []]] of Object.entries(tables)) {
    const named = new Set(declared(...interfaces).filter((option) => !without.includes(option)));
    t.same(Object.keys(table).sort(), [...named].sort(), owner);
  }
});
