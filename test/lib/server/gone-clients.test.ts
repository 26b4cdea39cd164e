/** Clients that go away without a word while their calls run: handlers that wait to be told are told. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect as socketTo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsSocketTo } from "node:tls";
import t from "tap";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { tls } from "../../../lib/transport/tls.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { testAuthority } from "../../helpers/certificates.ts";
import { binaryMessage, frame } from "../../helpers/raw-client.ts";
import { callBytes, setupBytes } from "../../helpers/rocket-bytes.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

const host = "127.0.0.1";
const HOUR_MS = 3_600_000;
const message = binaryMessage("wait", 1, 7, "08 0001 0036ee80 00");

/** Each asks for `wait`, an hour of it. */
const calls: Readonly<Record<string, Buffer>> = {
  framed: frame(message),
  unframed: message,
  http: Buffer.concat([
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${message.length}\r\n\r\n`),
    message,
  ]),
  rocket: Buffer.concat([setupBytes(), callBytes(1, Streams.methods.get("wait")!, [HOUR_MS])]),
};

for (const [name, bytes] of Object.entries(calls)) {
  t.test(`a client that resets its connection with the last byte of its call is gone: ${name}`, async (t) => {
    const authority = await testAuthority();
    const certificate = await authority.sign("server");
    const folder = mkdtempSync(join(tmpdir(), "gone-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "s");
    const seen = new Seen();
    const server = await serve(
      [tcp.listen(0, { host }), tls.listen(0, { host, ...certificate }), unix.listen(path)],
      (r) => r.add(Streams, streamHandlers(seen)),
    );
    const [plain = 0, secure = 0] = server.addresses.map((address) => Number(address.split(":").at(-1)));
    const leave = (): void => {
      const socket = socketTo(plain, host, () => {
        socket.write(bytes);
        socket.resetAndDestroy();
      });
    };
    const leaveSecurely = (): void => {
      const below = socketTo(secure, host);
      const socket = tlsSocketTo({ socket: below, ca: authority.cert, servername: "localhost" }, () => {
        socket.write(bytes);
        below.resetAndDestroy();
      }).on("error", () => {});
    };
    const leaveHere = (): void => {
      const socket = socketTo(path, () => socket.write(bytes, () => socket.destroy()));
    };
    for (const go of [leave, leaveSecurely, leaveHere]) {
      const before = seen.ended.length;
      go();
      t.ok(await eventually(() => seen.ended.length === before + 1 || server.load.calls > 0), go.name);
      t.ok(await eventually(() => seen.ended.length > before && server.load.calls === 0, 5_000), `${go.name}: told`);
      t.ok(await eventually(() => server.connections === 0), `${go.name}: closed`);
    }
    await server.close();
  });
}
