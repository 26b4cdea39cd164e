/** When requests over UDP are sent again, what is sent then, and when no more. */
import { Buffer } from "node:buffer";
import { failed, scene } from "../../../helpers/datagram-scene.ts";

interface Sent {
  readonly bytes: string;
  readonly at: number;
}

const gaps = (sent: readonly Sent[]): number[] => sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0));

for (const method of ["once", "echo"] as const) {
  scene(`sends the same bytes of ${method} again after waits that double, and then no more`, async (t, stage) => {
    const sent: Sent[] = [];
    stage.onRequest((bytes, at) => sent.push({ bytes: bytes.toString("hex"), at }));
    failed(t, await stage.after(11_000, stage.counter[method](1)), "DEADLINE", "unknown", /no answer within 10000 ms/);
    t.equal(new Set(sent.map(({ bytes }) => bytes)).size, 1);
    const [first = 0, second = 0, third = 0, ...more] = gaps(sent);
    t.same(more, []);
    t.ok(first >= 200 && first <= 252, `${first} ms`);
    t.ok(second >= 200 && second <= 402, `${second} ms`);
    t.ok(third >= 400 && third <= 802, `${third} ms`);
  });
}

scene("gives no two clients the same waits", async (t, stage) => {
  const first = new Set<number>();
  for (let i = 0; i < 8; i++) {
    const sent: Sent[] = [];
    stage.onRequest((bytes, at) => sent.push({ bytes: bytes.toString("hex"), at }));
    await stage.after(5_000, stage.counter.echo(i, { timeoutMs: 4_000 }));
    for (const gap of gaps(sent)) first.add(gap);
  }
  t.ok(first.size > 12, `${first.size} different waits`);
});

scene("sends nothing at or behind the deadline", async (t, stage) => {
  const late: number[] = [];
  for (const timeoutMs of [1, 150, 199, 201, 260, 420, 500, 900]) {
    const deadline = stage.world.now + timeoutMs;
    stage.onRequest((_bytes, at) => {
      if (at >= deadline) late.push(at - deadline);
    });
    await stage.after(5_000, stage.counter.echo(1, { timeoutMs }));
  }
  t.same(late, []);
});

scene("answers no demand for a cookie when the clock has leapt past the deadline", async (t, stage) => {
  await stage.serve();
  stage.world.faults = { ...stage.world.faults, maxDelayMs: 50 };
  const call = stage.counter.once(1, { timeoutMs: 1_000 });
  await stage.world.run(0);
  let requests = 0;
  stage.onRequest(() => requests++);
  stage.clientHost.leapMs += 2_000;
  failed(t, await stage.after(2_000, call), "DEADLINE", "unknown", /./);
  t.equal(requests, 0);
  t.equal(stage.runs, 0);
});

scene("learns the round trip only from requests that were sent once", async (t, stage) => {
  await stage.serve();
  stage.world.faults = { ...stage.world.faults, maxDelayMs: 0 };
  // The answers of the first come 400 ms late: it is sent twice, and which of the two was answered nobody knows.
  stage.world.onDeliver = (bytes, from, to) => {
    if (from.host === stage.clientHost.host) return bytes;
    const copy = Uint8Array.from(bytes);
    stage.world.at(400, () =>
      stage.world.sockets.get(`${to.host}:${to.port}`)?.events.onDatagram(Buffer.from(copy), from.host, from.port),
    );
    return undefined;
  };
  t.equal(await stage.after(2_000, stage.counter.echo(1)), 1);
  const sent: Sent[] = [];
  stage.onRequest((bytes, at) => sent.push({ bytes: bytes.toString("hex"), at }));
  stage.world.faults = { ...stage.world.faults, lose: 1 };
  await stage.after(3_000, stage.counter.echo(2, { timeoutMs: 2_000 }));
  t.ok((gaps(sent)[0] ?? 0) >= 200 && (gaps(sent)[0] ?? 0) <= 252, `${gaps(sent)[0]} ms: as if nothing were known`);
});

scene("waits less once it knows that answers come fast, and never less than 50 ms", async (t, stage) => {
  await stage.serve();
  for (let i = 0; i < 5; i++) await stage.after(10, stage.counter.echo(i));
  const sent: Sent[] = [];
  stage.onRequest((bytes, at) => sent.push({ bytes: bytes.toString("hex"), at }));
  stage.world.faults = { ...stage.world.faults, lose: 1 };
  await stage.after(3_000, stage.counter.echo(2, { timeoutMs: 2_000 }));
  t.ok((gaps(sent)[0] ?? 0) >= 50 && (gaps(sent)[0] ?? 0) <= 64, `${gaps(sent)[0]} ms`);
});

scene(
  "lets no more requests be unanswered than it was told, and the others wait for them",
  async (t, stage) => {
    await stage.serve();
    await stage.after(10, stage.counter.once(1));
    stage.world.faults = { ...stage.world.faults, lose: 1 };
    const seqids = new Set<string>();
    stage.onRequest((bytes) => seqids.add(bytes.toString("hex", 8, 12)));
    const calls = Array.from({ length: 10 }, (_, i) => stage.counter.once(i));
    await stage.world.run(1);
    t.equal(seqids.size, 2);
    stage.world.faults = { ...stage.world.faults, lose: 0 };
    await stage.after(5_000, Promise.all(calls));
    t.equal(stage.runs, 11);
  },
  { maxUnanswered: 2 },
);

scene(
  "a call that is cancelled while it waits for room leaves the next ones theirs",
  async (t, stage) => {
    await stage.serve();
    await stage.after(10, stage.counter.once(1));
    stage.slow = true;
    stage.world.faults = { ...stage.world.faults, lose: 1 };
    // Both in one moment: the second finds the window full.
    const controller = new AbortController();
    void stage.counter.echo(0, { timeoutMs: 1_000 }).catch(() => {});
    await stage.world.run(0);
    const first = stage.counter.echo(1, { timeoutMs: 1_000 });
    const second = stage.counter.echo(2, { signal: controller.signal });
    first.catch(() => {});
    second.catch(() => {});
    await stage.world.run(0);
    controller.abort();
    failed(t, await stage.after(2_000, second), "CANCELLED", "unsent", /cancelled by its caller/);
    stage.world.faults = { ...stage.world.faults, lose: 0 };
    t.equal(await stage.after(50, stage.counter.echo(3)), 3);
    t.equal(await stage.after(50, stage.counter.echo(4)), 4);
  },
  { maxUnanswered: 1 },
);
