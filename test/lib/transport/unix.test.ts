import { spawnSync } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { parseAddress } from "../../../lib/transport/address.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { transportContract } from "../../contract/transport.ts";

const folder = await mkdtemp(join(tmpdir(), "scrimp-"));
t.teardown(() => rm(folder, { recursive: true }));
let made = 0;
const freshPath = (): string => join(folder, `${made++}.sock`);
const pathOf = (address: string): string => (parseAddress(address) as { path: string }).path;
const drop = (transport: { destroy(): void }): void => transport.destroy();

transportContract(t, "unix", () => ({
  listener: unix.listen(freshPath()),
  dialer: (address) => unix(pathOf(address)),
}));

t.test("replaces a socket file that a dead process left behind", async (t) => {
  const path = freshPath();
  // A process that is killed has no time to remove its file.
  spawnSync(process.execPath, [
    "-e",
    `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`,
  ]);
  t.ok(statSync(path).isSocket());
  const listener = unix.listen(path);
  t.equal(await listener.listen(nodePlatform, drop, t.error), `unix:${path}`);
  await listener.close();
  t.notOk(existsSync(path), "and removes its own");
});

t.test("leaves a socket alone that another process listens on", async (t) => {
  const path = freshPath();
  const first = unix.listen(path);
  await first.listen(nodePlatform, drop, t.error);
  await t.rejects(unix.listen(path).listen(nodePlatform, drop, t.error), { code: "EADDRINUSE" });
  t.ok(existsSync(path));
  await first.close();
});

t.test("leaves a file alone that is no socket", async (t) => {
  const path = freshPath();
  writeFileSync(path, "precious");
  await t.rejects(unix.listen(path).listen(nodePlatform, drop, t.error), { code: "EADDRINUSE" });
  t.ok(existsSync(path));
});

if (process.platform === "linux") {
  t.test("listens in the abstract space", async (t) => {
    const listener = unix.listen(`\0scrimp-test-${process.pid}`);
    const address = await listener.listen(nodePlatform, drop, t.error);
    t.equal(address, `unix:@scrimp-test-${process.pid}`);
    const transport = await unix(pathOf(address)).dial(nodePlatform, new AbortController().signal);
    transport.destroy();
    await listener.close();
  });
}
