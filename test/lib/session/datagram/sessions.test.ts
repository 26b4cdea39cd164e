/** Calls over UDP in a world without real time: what is lost comes again, what is too much is refused, nothing is swallowed. */
import { Buffer } from "node:buffer";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import { serverCall } from "../../../../lib/observe/diagnostics.ts";
import { failed, SERVER, scene } from "../../../helpers/datagram-scene.ts";

scene("answers calls, and runs one that may not run twice only with a cookie", async (t, stage) => {
  await stage.serve();
  t.equal(await stage.after(10, stage.counter.echo(7)), 7);
  t.equal(await stage.after(10, stage.counter.once(21)), 42);
  t.equal(await stage.after(10, stage.counter.once(4)), 8);
  const [counters] = stage.server.datagrams;
  t.match(counters, { received: 4, calls: 3, challenged: 1, malformed: 0 });
});

scene("sends a lost request again, and a lost answer again without running the call again", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  stage.world.faults = { ...stage.world.faults, lose: 1 };
  const call = stage.counter.once(3);
  t.equal(await stage.after(40, call), "waiting");
  stage.world.faults = { ...stage.world.faults, lose: 0 };
  t.equal(await stage.after(500, call), 6);
  t.equal(stage.runs, 2);
  const again = stage.counter.once(5);
  stage.serverHost.world.at(0.3, () => {});
  t.equal(await stage.after(500, again), 10);
  t.equal(stage.runs, 3);
});

scene("tells a client that asks again that its call is in progress", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const call = stage.counter.once(3, { timeoutMs: 9_000 });
  t.equal(await stage.after(2_000, call), "waiting");
  t.equal(stage.runs, 2);
  t.ok((stage.server.datagrams[0]?.duplicates ?? 0) >= 1);
  stage.finish?.();
  t.equal(await stage.after(10, call), 6);
});

scene("settles by the deadline when nobody answers, and says that the call may have run", async (t, stage) => {
  const call = stage.counter.once(1, { timeoutMs: 700 });
  failed(t, await stage.after(750, call), "DEADLINE", "unknown", /no answer within 700 ms/);
  t.ok(stage.world.sent >= 2 && stage.world.sent <= 4, `${stage.world.sent} datagrams`);
});

scene(
  "tells a caller `unknown` when the server has restarted under a call that may not run twice",
  async (t, stage) => {
    await stage.serve();
    await stage.after(10, stage.counter.once(1));
    stage.slow = true;
    const call = stage.counter.once(2);
    t.equal(await stage.after(20, call), "waiting");
    await stage.server.close();
    await stage.serve();
    failed(
      t,
      await stage.after(3_000, call),
      "CONNECTION_LOST",
      "unknown",
      /has restarted: the call may have run before/,
    );
    t.equal(stage.runs, 2);
    stage.slow = false;
    t.equal(await stage.after(10, stage.counter.once(4)), 8, "the next call is the new server's");
  },
);

scene("goes on when a router moves the client to another port", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  stage.clientSocket?.rebind();
  t.equal(await stage.after(500, stage.counter.once(2)), 4);
  t.equal(stage.runs, 2);
});

scene("refuses a request above the limit as unsent, naming limit and way out", async (t, stage) => {
  failed(
    t,
    await stage.after(10, stage.counter.log("x".repeat(2_000))),
    "LIMIT_EXCEEDED",
    "unsent",
    /request of 20\d\d bytes, limit of a datagram 1232: raise maxDatagramBytes \(at most 65507\) or use TCP/,
  );
  t.equal(stage.world.sent, 0);
});

scene("replaces a reply above the limit by an error that says so", async (t, stage) => {
  await stage.serve();
  failed(
    t,
    await stage.after(100, stage.counter.text(3_000)),
    "APP_ERROR",
    "answered",
    /reply of 30\d\d bytes, limit 1232: raise maxDatagramBytes there or use TCP/,
  );
  t.equal(stage.server.datagrams[0]?.repliesTooBig, 1);
});

scene(
  "carries more when both sides ask for it",
  async (t, stage) => {
    await stage.serve({ maxDatagramBytes: 65_507 });
    t.equal(((await stage.after(100, stage.counter.text(60_000))) as string).length, 60_000);
  },
  { maxDatagramBytes: 65_507 },
);

scene("asks for a cookie before it sends more than three times a request", async (t, stage) => {
  await stage.serve();
  t.equal(((await stage.after(100, stage.counter.text(900))) as string).length, 900);
  t.match(stage.server.datagrams[0], { repliesWithheld: 2, calls: 3 });
});

scene("refuses streams, and headers, which datagrams cannot carry", async (t, stage) => {
  await stage.serve();
  failed(
    t,
    await stage.after(10, stage.counter.echo(1, { headers: { a: "b" } })),
    "UNSUPPORTED",
    "unsent",
    /headers cannot cross UDP/,
  );
  const stream = (async (): Promise<void> => {
    for await (const _ of stage.counter.count()) t.fail("an element");
  })();
  failed(t, await stage.after(10, stream), "UNSUPPORTED", "unsent", /stream.*UDP/i);
});

scene("keeps what a handler threw from the caller", async (t, stage) => {
  await stage.serve();
  failed(t, await stage.after(20, stage.counter.fail()), "APP_ERROR", "answered", /^internal error in 'fail'$/);
  t.match(stage.errors, [{ message: "not for callers" }]);
});

scene("reports what the system says of a datagram", async (t, stage) => {
  stage.clientHost.sendError = Object.assign(new Error("send EMSGSIZE"), { code: "EMSGSIZE" });
  failed(
    t,
    await stage.after(10, stage.counter.log("x")),
    "CONNECT_FAILED",
    "unsent",
    /log to udp:\/\/10\.0\.0\.1:9000: the network takes no datagram of \d+ bytes: lower maxDatagramBytes, or use TCP \(send EMSGSIZE\)/,
  );
  failed(t, await stage.after(10, stage.counter.once(1)), "CONNECT_FAILED", "unsent", /send EMSGSIZE/);
});

scene("reports a full system buffer instead of letting it grow", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.echo(1));
  stage.clientHost.queuedBytes = 2_000_000;
  failed(
    t,
    await stage.after(10, stage.counter.log("x")),
    "OVERLOADED",
    "unsent",
    /2000000 bytes wait for the system to send them, limit 1048576/,
  );
  failed(t, await stage.after(10, stage.counter.once(1)), "OVERLOADED", "unsent", /limit 1048576/);
});

scene("tells at once that nobody listens, and what that means for the call", async (t, stage) => {
  const call = stage.counter.once(1);
  await stage.world.run(1);
  stage.clientSocket?.events.onError(new Error("recvmsg ECONNREFUSED"));
  failed(t, await stage.after(1, call), "CONNECT_FAILED", "unknown", /ECONNREFUSED/);
  const again = stage.counter.echo(1, { timeoutMs: 2_000 });
  await stage.world.run(1);
  stage.clientSocket?.events.onError(new Error("recvmsg ECONNREFUSED"));
  t.equal(await stage.after(1, again), "waiting", "what may run twice is tried on");
  await stage.serve();
  t.equal(await stage.after(1_000, again), 1);
});

scene("when the requests in flight are too many bytes it refuses what comes", async (t, stage) => {
  await stage.serve({}, { maxRequestBytes: 10 });
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const first = stage.counter.once(2);
  await stage.after(10, first);
  const second = stage.after(50, stage.counter.echo(3));
  failed(t, await second, "OVERLOADED", "unsent", /bytes of requests in flight, limit 10$/);
  stage.finish?.();
  t.equal(await stage.after(1_000, first), 4);
  t.equal(await stage.after(50, stage.counter.echo(9)), 9);
});

scene("when its memory is full it refuses what may not run twice, and nothing else", async (t, stage) => {
  await stage.serve({ maxRememberedCalls: 1 });
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const first = stage.counter.once(2);
  await stage.after(10, first);
  const second = stage.after(50, stage.counter.once(3));
  failed(t, await second, "OVERLOADED", "unknown", /overloaded: 1 calls remembered/);
  t.equal(await stage.after(50, stage.counter.echo(9)), 9);
  stage.finish?.();
  t.equal(await stage.after(1_000, first), 4);
});

scene("counts what is no message and answers nothing to it", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.echo(1));
  const { sent } = stage.world;
  for (const bytes of ["", "00", "8001", "80010001", "82210103", "0000000a0fff0000", "ff".repeat(50), "474554202f"]) {
    stage.world.deliver(Buffer.from(bytes, "hex"), { host: "10.0.0.9", port: 4_444 }, SERVER);
  }
  await stage.world.run(10);
  t.equal(stage.server.datagrams[0]?.malformed, 8);
  t.equal(stage.world.sent, sent + 8, "no answer");
});

scene("ignores ports that answer anything, and sources above their rate", async (t, stage) => {
  await stage.serve({ maxSourceRate: 1, maxSourceBurst: 2 });
  const message = Buffer.from("80010001000000046563686f0000000108000100000007" + "00", "hex");
  for (const port of [7, 19, 53, 123]) stage.world.deliver(message, { host: "10.0.0.9", port }, SERVER);
  for (let i = 0; i < 5; i++) stage.world.deliver(message, { host: "10.0.0.8", port: 5_555 }, SERVER);
  await stage.world.run(10);
  t.match(stage.server.datagrams[0], { reflected: 4, rateLimited: 3, calls: 2, repliesSent: 2 });
});

scene(
  "packs the oneway calls of a tick, and the server takes them apart",
  async (t, stage) => {
    await stage.serve();
    const sizes: number[] = [];
    stage.onRequest((bytes) => sizes.push(bytes.length));
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${"x".repeat(20)}`);
    await stage.after(10, Promise.all(lines.map((line) => stage.counter.log(line))));
    t.same([...stage.lines].sort(), [...lines].sort());
    t.ok(stage.world.sent < 10, `${stage.world.sent} datagrams`);
    t.ok(Math.max(...sizes) <= 1_232, `${Math.max(...sizes)} bytes in one`);
  },
  { packOneways: true },
);

scene(
  "speaks plain Thrift to foreign servers, sending again only what may run twice",
  async (t, stage) => {
    stage.world.faults = { ...stage.world.faults, lose: 1 };
    await stage.after(5_000, stage.counter.once(1, { timeoutMs: 4_000 }));
    t.equal(stage.world.sent, 1);
    await stage.after(5_000, stage.counter.echo(1, { timeoutMs: 4_000 }));
    t.equal(stage.world.sent, 5);
    stage.world.faults = { ...stage.world.faults, lose: 0 };
    await stage.serve();
    t.equal(await stage.after(10, stage.counter.once(8)), 16);
  },
  { envelope: false },
);

scene("drains: refuses new calls, finishes the old, then closes", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const old = stage.counter.once(2);
  await stage.after(10, old);
  const drained = stage.server.drain({ timeoutMs: 5_000 });
  failed(t, await stage.after(50, stage.counter.echo(1)), "OVERLOADED", "unsent", /shutting down/);
  stage.finish?.();
  t.equal(await stage.after(10, old), 4);
  t.not(await stage.after(10, drained), "waiting");
});

scene("forgets what it remembered when it may", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  await stage.world.run(400_000);
  const before = stage.server.datagrams[0]?.challenged ?? 0;
  t.equal(await stage.after(500, stage.counter.once(2)), 4);
  t.equal(stage.server.datagrams[0]?.challenged, before + 1, "the old cookie is not used any more");
});

scene("fails what waits when the channel closes", async (t, stage) => {
  const call = stage.counter.once(1);
  await stage.world.run(1);
  void stage.channel.close();
  failed(t, await stage.after(1, call), "CLOSED", "unknown", /channel closed/);
});

scene("tells who listens how long each call ran", async (t, stage) => {
  const elapsed: number[] = [];
  const listen = (event: unknown): void => void elapsed.push((event as { elapsedMs: number }).elapsedMs);
  serverCall.subscribe(listen);
  await stage.serve();
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const call = stage.counter.once(2);
  t.equal(await stage.after(500, call), "waiting");
  stage.finish?.();
  t.equal(await stage.after(10, call), 4);
  serverCall.unsubscribe(listen);
  t.equal(elapsed.length, 2);
  t.equal(elapsed[0], 0);
  t.ok((elapsed[1] as number) > 490 && (elapsed[1] as number) <= 510, `${elapsed[1]} ms`);
});

scene("lets calls wait for their turn, and turns away those for whom it does not come", async (t, stage) => {
  await stage.serve({}, { maxRunningCalls: 1, queueTimeoutMs: 1_000 });
  await stage.after(10, stage.counter.once(1));
  stage.slow = true;
  const first = stage.counter.once(2);
  await stage.after(5, first);
  const second = stage.counter.once(3);
  const echo = stage.after(2_000, stage.counter.echo(4));
  await stage.after(5, second);
  t.equal(stage.runs, 2, "the second waits");
  failed(t, await stage.after(2_000, second), "OVERLOADED", "unknown", /waited .* ms for its turn and was not begun/);
  failed(t, await echo, "OVERLOADED", "unsent", /was not begun/);
  stage.finish?.();
  t.equal(await stage.after(3_000, first), 4);
  const third = stage.counter.once(5);
  await stage.after(10, third);
  stage.finish?.();
  t.equal(await stage.after(3_000, third), 10);
  t.equal(stage.runs, 3, "what was turned away never ran");
});

scene("tells a handler that the time of its caller is over, and reports it to nobody", async (t, stage) => {
  let stopped: unknown;
  const once = (_x: number, context: HandlerContext): Promise<number> =>
    new Promise((_resolve, reject) => {
      context.signal.addEventListener("abort", () => {
        stopped = context.signal.reason;
        reject(context.signal.reason as Error);
      });
    });
  await stage.serve({}, {}, { once });
  const call = stage.counter.once(1, { timeoutMs: 700 });
  failed(t, await stage.after(1_000, call), "DEADLINE", "unknown", /./);
  t.match(stopped, { name: "DeadlineError", code: "DEADLINE" });
  t.same(stage.errors, []);
});
