import fc from "fast-check";
import t from "tap";
import { type CallHolder, ClientCall, type Progress } from "../../../lib/call/client-call.ts";
import { inOrder, SentCalls, type SentCallsOwner } from "../../../lib/call/sent-calls.ts";
import type { Connection } from "../../../lib/connection/connection.ts";
import { ConnectionError } from "../../../lib/errors/errors.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

/** A connection that counts bytes, and a session that only sends. */
class Scene implements SentCallsOwner, CallHolder {
  readonly platform = new VirtualPlatform();
  readonly peer = "here";
  readonly connection = { platform: this.platform, writtenBytes: 0, sentBytes: 0, receivedBytes: 0, hold() {} };
  readonly sent: SentCalls;
  /** By id, what became of each unary call: its answer, or the code of its error. */
  readonly outcomes = new Map<ClientCall, unknown[]>();

  constructor(step: 1 | 2 = 1) {
    this.sent = new SentCalls(this.connection as unknown as Connection, step, this);
  }

  now(): number {
    return this.platform.now();
  }

  send(kind: "unary" | "oneway" = "unary", timeoutMs = Number.POSITIVE_INFINITY): ClientCall {
    const method = { name: "m", kind } as never;
    const deadline = this.now() + timeoutMs;
    const call = new ClientCall(method, Buffer.from("m"), [], undefined, this.now(), deadline, this);
    const outcomes: unknown[] = [];
    this.outcomes.set(call, outcomes);
    call.promise.then(
      (value) => outcomes.push(value),
      (error) => outcomes.push(error.code),
    );
    call.holder = this;
    call.seqid = kind === "oneway" ? 0 : this.sent.takeId();
    call.endsAt = this.connection.writtenBytes += 10;
    this.sent.add(call);
    return call;
  }

  /** The peer answers: with the id that it answers. */
  answer(id: number): boolean {
    this.connection.receivedBytes += 10;
    const call = this.sent.take(id);
    call?.succeed(id);
    return call !== undefined;
  }

  transmit(): void {
    this.connection.sentBytes = this.connection.writtenBytes;
    this.sent.onSent();
  }

  close(): ClientCall[] {
    return inOrder(this.sent.lose(new ConnectionError("CONNECTION_LOST", "gone")));
  }

  afterCalls(): void {}

  release(call: ClientCall): void {
    this.sent.giveUp(call);
  }

  progressOf(call: ClientCall): Progress {
    return this.sent.progressOf(call);
  }

  get waiting(): ClientCall[] {
    return [...this.outcomes.keys()].filter((call) => !call.settled);
  }
}

const step = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      kind: fc.constantFrom("unary" as const, "unary" as const, "oneway" as const),
      timeoutMs: fc.constantFrom(5, 50, Number.POSITIVE_INFINITY),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ do: fc.constant("answer" as const), id: fc.integer({ min: -1, max: 40 }) }), weight: 4 },
  fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 10, 60) }),
  fc.constant({ do: "transmit" as const }),
  fc.constant({ do: "close" as const }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function giveBack(call: ClientCall): void {
  if (call.settled) throw new Error("a call that is over came back");
  call.fail(new ConnectionError("CLOSED", "unsent"));
}

async function take(scene: Scene, step: Step): Promise<void> {
  if (step.do === "send") scene.send(step.kind, step.timeoutMs);
  else if (step.do === "answer") scene.answer(step.id);
  else if (step.do === "cancel") scene.waiting[step.which % Math.max(1, scene.waiting.length)]?.cancel();
  else if (step.do === "pass") await scene.platform.clock.advance(step.ms);
  else if (step.do === "transmit") scene.transmit();
  else for (const call of scene.close()) giveBack(call);
}

t.test("every call settles once, by its own answer or an error, whatever comes in which order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1 as const, 2 as const),
      fc.array(step, { maxLength: 60, size: "max" }),
      async (by, steps) => {
        const scene = new Scene(by);
        for (const step of steps) {
          await take(scene, step);
          const unary = scene.waiting.filter(({ method }) => method.kind === "unary");
          if (!unary.every(({ seqid }) => scene.sent.has(seqid))) return false;
        }
        for (const call of scene.close()) call.fail(new ConnectionError("CLOSED", "unsent"));
        await scene.platform.clock.advance(0);
        const unary = [...scene.outcomes.keys()].filter(({ method }) => method.kind === "unary");
        return (
          scene.sent.size === 0 &&
          scene.platform.clock.pending === 0 &&
          new Set(unary.map(({ seqid }) => seqid)).size === unary.length &&
          [...scene.outcomes].every(([call, got]) => got.length === 1 && isRight(call, got[0]))
        );
      },
    ),
    { numRuns: 300 },
  );
});

function isRight({ method, seqid }: ClientCall, outcome: unknown): boolean {
  if (typeof outcome === "string") return ["DEADLINE", "CANCELLED", "CONNECTION_LOST", "CLOSED"].includes(outcome);
  return outcome === (method.kind === "oneway" ? undefined : seqid);
}

t.test("a late answer is known from one that nobody has asked for", async (t) => {
  const scene = new Scene();
  const late = scene.send("unary", 5);
  t.notOk(scene.sent.wasGivenUp(late.seqid), "it waits");
  await scene.platform.clock.advance(10);
  t.match(await late.promise.catch((error: unknown) => error), { code: "DEADLINE" });
  t.notOk(scene.answer(late.seqid));
  t.notOk(scene.sent.wasGivenUp(late.seqid + 1), "never sent");
  t.notOk(scene.sent.wasGivenUp(-late.seqid));
  t.ok(scene.sent.wasGivenUp(late.seqid));
  t.notOk(scene.sent.wasGivenUp(late.seqid), "its answer has come");
});

t.test("a oneway call is over when the transport has all of it", async (t) => {
  const scene = new Scene();
  const first = scene.send("oneway");
  scene.connection.sentBytes = 5;
  scene.sent.onSent();
  t.equal(first.settled, false);
  scene.transmit();
  t.equal(first.settled, true);
  t.equal(scene.sent.size, 0);
});

t.test("calls of which nothing has left come back in their order, and the others are lost", async (t) => {
  const scene = new Scene();
  const lost = scene.send();
  scene.transmit();
  const unsent = [scene.send(), scene.send("oneway"), scene.send()];
  t.same(scene.close(), unsent);
  t.match(await lost.promise.catch((error: unknown) => error), { code: "CONNECTION_LOST", delivery: "unknown" });
  for (const call of unsent) t.equal(call.settled, false);
});

t.test("is spent after three calls in a row without a byte from the peer", async (t) => {
  const scene = new Scene();
  for (let i = 0; i < 3; i++) {
    t.equal(scene.sent.spent, false);
    const silent = scene.send("unary", 5);
    await scene.platform.clock.advance(10);
    t.match(await silent.promise.catch((error: unknown) => error), { code: "DEADLINE" });
  }
  t.equal(scene.sent.spent, true);
  scene.answer(1);
  t.equal(scene.sent.spent, false);
});

t.test("holds 65,536 calls that wait for answers, and refuses one more unsent", async (t) => {
  const scene = new Scene();
  for (let i = 0; i < 65_536; i++) scene.send();
  t.match(scene.sent.fullness, { code: "OVERLOADED", delivery: "unsent" });
  t.ok(scene.answer(1));
  t.equal(scene.sent.fullness, undefined);
  for (const call of scene.close()) call.fail(new ConnectionError("CLOSED", "unsent"));
});
