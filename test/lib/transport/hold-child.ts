/** Opens one transport, lets go of the process, and perhaps takes hold of it again: the arguments say which and whether. */
import { nodePlatform } from "../../../lib/platform/node.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { tls } from "../../../lib/transport/tls.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { zlib } from "../../../lib/transport/zlib.ts";

const [kind = "", where = "", again = ""] = process.argv.slice(2);
const host = "127.0.0.1";
const dialers: Readonly<Record<string, () => Dialer>> = {
  tcp: () => tcp(host, Number(where)),
  zlib: () => tcp(host, Number(where)),
  tls: () => tls(host, Number(where), { unverified: true }),
  udp: () => udp(host, Number(where)),
  unix: () => unix(where),
};

const dialled = await (dialers[kind] as () => Dialer)().dial(nodePlatform, new AbortController().signal);
const transport = kind === "zlib" ? zlib(dialled) : dialled;
transport.start({
  onData: (chunk) => {
    process.stdout.write(`heard ${chunk}`);
    transport.destroy();
  },
  onDrain() {},
  onEnd() {},
  onClose() {},
});
transport.hold?.(false);
if (again === "hold") {
  transport.hold?.(true);
  transport.write(Buffer.from("ping"));
}
