import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { connect } from "../../../lib/client/connect.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { parseAddress } from "../../../lib/transport/address.ts";
import type { Transport } from "../../../lib/transport/transport.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { Received, transportContract } from "../../contract/transport.ts";

const folder = await mkdtemp(join(tmpdir(), "scrimp-"));
t.teardown(() => rm(folder, { recursive: true }));
let made = 0;
const freshPath = (): string => join(folder, `${made++}.sock`);
const pathOf = (address: string): string => (parseAddress(address) as { path: string }).path;
const drop = (transport: { destroy(): void }): void => transport.destroy();

/** Makes a socket file at which nobody listens: a process that is killed has no time to remove its own. */
function leaveBehind(path: string): void {
  const program = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", program]);
}

transportContract(t, "unix", () => ({
  listener: unix.listen(freshPath()),
  dialer: (address) => unix(pathOf(address)),
}));

t.test("replaces a socket file that a dead process left behind", async (t) => {
  const path = freshPath();
  leaveBehind(path);
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

t.test("leaves alone what is no socket, and says what it is", async (t) => {
  const [file, directory, link] = [freshPath(), freshPath(), freshPath()];
  writeFileSync(file, "precious");
  mkdirSync(directory);
  symlinkSync(file, link);
  for (const [path, what] of [
    [file, /a file that is no socket/],
    [directory, /a folder/],
    [link, /a file that is no socket/],
  ] as const)
    await t.rejects(unix.listen(path).listen(nodePlatform, drop, t.error), { code: "EADDRINUSE", message: what });
  t.equal(readFileSync(link, "utf8"), "precious");
  t.same(readdirSync(directory), []);
});

t.test("leaves nothing but its name in the folder, and nothing when it is closed or could not listen", async (t) => {
  const path = join(await mkdtemp(join(folder, "only-")), "a.sock");
  const listener = unix.listen(path);
  await listener.listen(nodePlatform, drop, t.error);
  t.same(readdirSync(join(path, "..")), ["a.sock"]);
  await t.rejects(unix.listen(path).listen(nodePlatform, drop, t.error));
  t.same(readdirSync(join(path, "..")), ["a.sock"]);
  await listener.close();
  await listener.close();
  t.same(readdirSync(join(path, "..")), []);
  await listener.listen(nodePlatform, drop, t.error);
  t.same(readdirSync(join(path, "..")), ["a.sock"], "and may listen again");
  await listener.close();
});

t.test("an error of the system names the path that was asked for", async (t) => {
  const path = join(folder, "no", "such", "folder.sock");
  const refused = unix.listen(path).listen(nodePlatform, drop, t.error);
  await t.rejects(refused, { code: "EACCES", address: path, message: new RegExp(`${path}$`) });
});

t.test("the file of a successor stays when its predecessor closes", async (t) => {
  const path = freshPath();
  const arrived: string[] = [];
  const served = async (name: string): Promise<() => Promise<void>> => {
    const listener = unix.listen(path);
    const accept = (transport: { destroy(): void }): void => {
      arrived.push(name);
      transport.destroy();
    };
    await listener.listen(nodePlatform, accept, t.error);
    return () => listener.close();
  };
  const closeOld = await served("old");
  rmSync(path);
  const closeNew = await served("new");
  await closeOld();
  t.ok(existsSync(path));
  (await unix(path).dial(nodePlatform, new AbortController().signal)).destroy();
  t.same(arrived, ["new"]);
  await closeNew();
  t.notOk(existsSync(path));
});

t.test("what is no socket of its own is left alone when it closes", async (t) => {
  const path = freshPath();
  const listener = unix.listen(path);
  await listener.listen(nodePlatform, drop, t.error);
  rmSync(path);
  writeFileSync(path, "precious");
  await listener.close();
  t.equal(readFileSync(path, "utf8"), "precious");
});

t.test("of many that begin on one dead file, in one process, one comes to listen and is reached", async (t) => {
  for (let round = 0; round < 10; round++) {
    const path = freshPath();
    leaveBehind(path);
    const reached: number[] = [];
    const listeners = Array.from({ length: 8 }, () => unix.listen(path));
    const accepting =
      (n: number) =>
      (transport: Transport): void => {
        reached.push(n);
        transport.destroy();
      };
    const begun = await Promise.allSettled(
      listeners.map((listener, n) => listener.listen(nodePlatform, accepting(n), t.error)),
    );
    const winners = begun.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
    t.equal(winners.length, 1);
    for (const one of begun) if (one.status === "rejected") t.match(one.reason, { code: "EADDRINUSE" });
    // Those that asked whether somebody listens have been let in as well.
    (await unix(path).dial(nodePlatform, new AbortController().signal)).destroy();
    t.same([...new Set(reached)], winners);
    await Promise.all(listeners.map((listener) => listener.close()));
    t.notOk(existsSync(path));
  }
});

t.test("of several processes that begin on one dead file none takes a living one's name", async (t) => {
  const child = fileURLToPath(new URL(`unix-child${extname(import.meta.url)}`, import.meta.url));
  const children = Array.from({ length: 3 }, () => fork(child));
  await Promise.all(children.map((one) => once(one, "message")));
  for (let round = 0; round < 15; round++) {
    const path = freshPath();
    leaveBehind(path);
    const answers = await Promise.all(
      children.map(async (one) => {
        one.send({ listen: path });
        return (await once(one, "message"))[0] as { listens: boolean; code?: string; pid: number };
      }),
    );
    const winners = answers.filter(({ listens }) => listens);
    t.equal(winners.length, 1, JSON.stringify(answers));
    for (const { listens, code } of answers) if (!listens) t.equal(code, "EADDRINUSE");
    const transport = await unix(path).dial(nodePlatform, new AbortController().signal);
    const received = new Received();
    transport.start(received);
    await received.until(() => received.ended);
    t.equal(received.bytes.toString(), `${winners[0]?.pid}`);
    transport.destroy();
    for (const one of children) one.send({ close: true });
    await Promise.all(children.map((one) => once(one, "message")));
    t.notOk(existsSync(path));
  }
  for (const one of children) one.disconnect();
  await Promise.all(children.map((one) => once(one, "exit")));
});

t.test("a path that would be cut is refused with its size, to listen and to connect", async (t) => {
  const limit = process.platform === "linux" ? 107 : 103;
  const ofBytes = (bytes: number): string => `/tmp/${"p".repeat(bytes - 5)}`;
  for (const path of [ofBytes(limit + 1), ofBytes(5_000), `/tmp/${"ü".repeat(limit / 2)}`]) {
    const message = new RegExp(`^unix path of ${Buffer.byteLength(path)} bytes, limit ${limit}: `);
    for (const act of [() => unix(path), () => unix.listen(path), () => connect(`unix:${path}`)])
      t.throws(act, { code: "CONFIGURATION", message });
  }
  t.equal(unix(ofBytes(limit)).target, `unix:${ofBytes(limit)}`);
});

t.test("the longest path there may be is listened on, however short its last name", async (t) => {
  const limit = process.platform === "linux" ? 107 : 103;
  for (const nameBytes of [1, 2, 7, 20]) {
    const above = join(folder, "d".repeat(limit - folder.length - nameBytes - 2));
    mkdirSync(above, { recursive: true });
    const path = join(above, "n".repeat(nameBytes));
    t.equal(Buffer.byteLength(path), limit);
    const listener = unix.listen(path);
    await listener.listen(nodePlatform, drop, t.error);
    t.ok(statSync(path).isSocket());
    (await unix(path).dial(nodePlatform, new AbortController().signal)).destroy();
    await listener.close();
    t.same(readdirSync(above), []);
  }
});

t.test("what is no path is refused", async (t) => {
  for (const path of ["", "\0", "/tmp/a\0b", "/tmp/", "\0a\0b", "/tmp/\ud800"])
    for (const act of [() => unix(path), () => unix.listen(path)]) t.throws(act, { code: "CONFIGURATION" }, path);
  for (const path of [undefined, null, 5, {}, Buffer.from("/tmp/x")] as unknown[] as string[])
    for (const act of [() => unix(path), () => unix.listen(path)]) t.throws(act, { code: "CONFIGURATION" });
});

t.test("a file whose name begins with @ is told from a name in the abstract space", async (t) => {
  t.equal(unix("@x").target, "unix:./@x");
  t.equal(pathOf(unix("@x").target), "./@x");
  t.equal(unix("\0x").target, "unix:@x");
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

  t.test("a name in the abstract space that would be cut is refused", async (t) => {
    const name = `\0${process.pid}${"q".repeat(107 - `${process.pid}`.length)}`;
    t.throws(() => unix.listen(`${name}q`), { code: "CONFIGURATION", message: /^unix path of 108 bytes, limit 107: / });
    const listener = unix.listen(name);
    await listener.listen(nodePlatform, drop, t.error);
    await t.rejects(unix(name.slice(0, -1)).dial(nodePlatform, new AbortController().signal), { code: "ECONNREFUSED" });
    (await unix(name).dial(nodePlatform, new AbortController().signal)).destroy();
    await listener.close();
  });
}
