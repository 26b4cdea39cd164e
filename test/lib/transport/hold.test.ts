import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { tls } from "../../../lib/transport/tls.ts";
import type { Listener, Transport } from "../../../lib/transport/transport.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { zlib } from "../../../lib/transport/zlib.ts";
import { testAuthority } from "../../helpers/certificates.ts";

const host = "127.0.0.1";
const folder = await mkdtemp(join(tmpdir(), "scrimp-"));
t.teardown(() => rm(folder, { recursive: true }));
const certificate = await (await testAuthority()).sign("server");

/** Answers whatever comes, and closes nothing by itself. */
function answer(transport: Transport): void {
  const ignored = { onDrain() {}, onEnd() {}, onClose() {} };
  transport.start({ ...ignored, onData: (chunk) => void transport.write(chunk) });
}

/** What a process says that opens a transport of `kind`, until it ends by itself. */
async function lifeOf(kind: string, where: string, again: "let go" | "hold"): Promise<string> {
  const program = fileURLToPath(new URL(`hold-child${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, program, kind, where, again]);
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  return `${code} ${said}`;
}

for (const [kind, listener, around] of [
  ["tcp", tcp.listen(0, { host })],
  ["zlib", tcp.listen(0, { host }), zlib],
  ["tls", tls.listen(0, { host, ...certificate })],
  ["unix", unix.listen(join(folder, "hold.sock"))],
] as readonly [string, Listener, ((inner: Transport) => Transport)?][])
  t.test(`${kind}: an open transport holds the process as long as it is told to`, async (t) => {
    const open: Transport[] = [];
    const accept = (transport: Transport): void => {
      open.push(transport);
      answer(around === undefined ? transport : around(transport));
    };
    const address = await listener.listen(nodePlatform, accept, t.error);
    const where = address.replace(/^unix:|^.*:/, "");
    t.equal(await lifeOf(kind, where, "let go"), "0 ");
    t.equal(await lifeOf(kind, where, "hold"), "0 heard ping");
    for (const transport of open) transport.destroy();
    await listener.close();
  });

t.test("udp: an open socket holds the process as long as it is told to", async (t) => {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => socket.send(bytes, from.port, from.address));
  await once(socket.bind(0, host), "listening");
  const where = `${(socket.address() as AddressInfo).port}`;
  t.equal(await lifeOf("udp", where, "let go"), "0 ");
  t.equal(await lifeOf("udp", where, "hold"), "0 heard ping");
  socket.close();
});
