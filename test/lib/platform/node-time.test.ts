import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { mock } from "node:test";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { root } from "../../helpers/shared.ts";
import { Streams } from "../../helpers/streams.ts";

const nodeTime = new URL(`../../../lib/platform/node-time${extname(import.meta.url)}`, import.meta.url);
const LONGEST_OF_NODE_MS = 0x7fff_ffff;

/** The delays that Node is asked for by what `source` does with `startTimer` and `stopTimer`, in a process with a fake `setTimeout`. */
function delaysOf(source: string): unknown {
  const program = `
    const asked = [], running = new Map();
    globalThis.setTimeout = (fn, ms) => {
      asked.push(ms);
      const timer = { unref: () => asked.push("unref") };
      running.set(timer, fn);
      return timer;
    };
    globalThis.clearTimeout = (timer) => running.delete(timer);
    const fire = () => { const [[timer, fn]] = running; running.delete(timer); fn(); };
    const { startTimer, stopTimer } = await import(${JSON.stringify(nodeTime.href)});
    ${source}
    console.log(JSON.stringify(asked));
    process.exit(0);
  `;
  const args = [...process.execArgv, "--input-type=module", "-e", program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

t.test("a timer beyond what Node's take goes on in steps until its time has come", async (t) => {
  t.same(
    delaysOf(`
      startTimer(${2 * LONGEST_OF_NODE_MS + 500}, true, () => asked.push("fired"));
      fire(); fire(); fire();
    `),
    [LONGEST_OF_NODE_MS, LONGEST_OF_NODE_MS, 500, "fired"],
  );
  t.same(delaysOf(`startTimer(${LONGEST_OF_NODE_MS}, true, () => {})`), [LONGEST_OF_NODE_MS]);
});

t.test(
  "a long timer is stopped in any of its steps, and none of them holds the process unless it should",
  async (t) => {
    t.same(
      delaysOf(`
      const timer = startTimer(1e300, false, () => {});
      fire(); fire(); stopTimer(timer);
      asked.push(running.size);
    `),
      [LONGEST_OF_NODE_MS, "unref", LONGEST_OF_NODE_MS, "unref", LONGEST_OF_NODE_MS, "unref", 0],
    );
  },
);

t.test("Infinity is no timer at all, and may be stopped", async (t) => {
  t.same(delaysOf(`stopTimer(startTimer(Infinity, true, () => asked.push("fired")))`), []);
});

t.test("what is no time is due at once", async (t) => {
  for (const delayMs of [Number.NaN, -1, Number.NEGATIVE_INFINITY, 0]) {
    await new Promise<void>((resolve) => void nodePlatform.startTimer(delayMs, true, resolve));
  }
  t.pass("all fired");
});

t.test("calls, streams, deadlines and stops work while the globals are fakes that stand still", async (t) => {
  const real = { queueMicrotask, now: performance.now };
  // `process.nextTick` stays: Node's own streams look for it there each time.
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });
  performance.now = () => 0;
  Object.assign(globalThis, { queueMicrotask: () => {} });
  t.teardown(() => {
    mock.timers.reset();
    performance.now = real.now;
    Object.assign(globalThis, { queueMicrotask: real.queueMicrotask });
  });
  const link = memory();
  const listeners = [tcp.listen(0, { host: "127.0.0.1" }), link.listener];
  const server = await serve(listeners, (r) => r.add(Streams, streamHandlers(new Seen())));
  for (const target of [server.address, link.dialer]) {
    for (const protocol of ["rocket", "framed", "http"] as const) {
      const channel = connect(target, { protocol });
      const client = createClient(Streams, channel);
      t.equal(await client.echo(protocol), protocol);
      if (protocol === "rocket") {
        let last = 0;
        for await (const n of client.countTo(500)) last = n;
        t.equal(last, 500);
      }
      await t.rejects(client.wait(60_000, { timeoutMs: 20 }), { code: "DEADLINE" });
      await channel.close();
    }
  }
  await server.drain({ timeoutMs: 20 });
});

t.test(
  "nothing in the runtime takes time or turns from the globals, but for the file that takes them once",
  async (t) => {
    const GLOBAL =
      /(?<![.\w#])(setTimeout|setInterval|setImmediate|queueMicrotask|clearTimeout)\(|\b(process\.nextTick|performance\.now|Date\.now|AbortSignal\.timeout)\b/g;
    for (const path of readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".ts") || path.endsWith("node-time.ts")) continue;
      const text = readFileSync(join(root, "lib", path), "utf8");
      const imported = /import \{([^}]*)\} from "[./]*(?:platform\/)?node-time\.ts"/.exec(text)?.[1] ?? "";
      const taken = [...text.matchAll(GLOBAL)].map(([, called, named]) => called ?? (named as string));
      t.same(
        taken.filter((name) => !imported.split(/[\s,]+/).includes(name)),
        [],
        path,
      );
    }
  },
);
