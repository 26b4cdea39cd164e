/** What the calling side of every protocol family must do, driven without a channel against a server of ours. */
import type { Test } from "tap";
import { ClientCall } from "../../lib/call/client-call.ts";
import { withDefaultLimits } from "../../lib/protocol/limits.ts";
import type { Method } from "../../lib/schema/service.ts";
import { type ServeOptions, serve } from "../../lib/server/server.ts";
import type { ClientFamily } from "../../lib/session/family.ts";
import type { ClientSession, ClientSessionEnd, ClientSessionOwner } from "../../lib/session/session.ts";
import { tcp } from "../../lib/transport/tcp.ts";
import { Calculator } from "../helpers/calculator.ts";
import { VirtualPlatform } from "../helpers/virtual-platform.ts";
import { calculator, PORT, Witness } from "../helpers/virtual-service.ts";

/** A session with what it tells its owner, and calls that wait for room in it. */
class Scene implements ClientSessionOwner {
  readonly platform = new VirtualPlatform();
  readonly ends: ClientSessionEnd[] = [];
  readonly unsent: ClientCall[] = [];
  readonly #queue: ClientCall[] = [];
  #session: ClientSession | undefined;

  static async open(t: Test, family: ClientFamily, options: ServeOptions = {}): Promise<Scene> {
    const scene = new Scene();
    await scene.#open(t, family, options);
    return scene;
  }

  async #open(t: Test, family: ClientFamily, options: ServeOptions): Promise<void> {
    const { platform } = this;
    const handlers = calculator(platform, new Witness());
    const server = await serve(tcp.listen(PORT), (r) => r.add(Calculator, handlers), { platform, ...options });
    t.teardown(() => platform.clock.until(server.close()));
    const { dialer, open } = family.converse(
      tcp("10.0.0.1", PORT),
      {
        target: "10.0.0.1:9090",
        platform,
        limits: withDefaultLimits(),
        connectionLimits: { maxUnsentBytes: 1 << 20, stallTimeoutMs: 30_000 },
        connectTimeoutMs: 5_000,
        reader: { utf8: "check", keepUnknown: false },
        encoding: "compact",
      },
      {},
    );
    const transport = await platform.clock.until(dialer.dial(platform, new AbortController().signal));
    this.#session = open(transport, this);
    await platform.clock.advance(10);
  }

  get session(): ClientSession {
    return this.#session as ClientSession;
  }

  /** Sends the call at once, or as soon as there is room. */
  call(name: string, args: readonly unknown[], timeoutMs = Number.POSITIVE_INFINITY): ClientCall {
    const method = Calculator.methods.get(name) as Method;
    const now = this.platform.now();
    const origin = { peer: "there", now: () => this.platform.now() };
    const call = new ClientCall(method, method.nameBytes, args, undefined, now, now + timeoutMs, origin);
    call.promise.catch(() => {});
    if (this.#queue.length > 0 || !this.session.send(call)) this.#queue.push(call);
    return call;
  }

  async outcome(call: ClientCall): Promise<unknown> {
    return this.platform.clock.until(call.promise.catch((error: unknown) => error));
  }

  onRoom(session: ClientSession): void {
    while (this.#queue[0] !== undefined && session.send(this.#queue[0])) this.#queue.shift();
  }

  onCallBack(): boolean {
    return false;
  }

  onLeaving(): void {}

  onSessionClose(_session: ClientSession, unsent: readonly ClientCall[], end: ClientSessionEnd): void {
    this.ends.push(end);
    this.unsent.push(...unsent);
  }
}

/** Runs the suite for one family, as `family` speaks it to a server with `options`. */
export function clientSessionContract(t: Test, family: ClientFamily, options?: ServeOptions): void {
  const { name } = family;
  const open = (t: Test): Promise<Scene> => Scene.open(t, family, options);

  t.test(`${name}: every call gets its own answer, however many are made`, async (t) => {
    const scene = await open(t);
    const calls = Array.from({ length: 50 }, (_, i) => scene.call("echo", [`${i}`]));
    const answers = await scene.platform.clock.until(Promise.all(calls.map(({ promise }) => promise)));
    t.same(
      answers,
      calls.map((_, i) => `${i}`),
    );
  });

  t.test(`${name}: a call for which there is no room is untouched`, async (t) => {
    const scene = await open(t);
    scene.session.retire();
    const call = scene.call("echo", ["a"]);
    t.equal(call.settled, false);
    t.equal(call.holder, undefined);
  });

  t.test(`${name}: a oneway call is over when it is sent, and the next gets through`, async (t) => {
    const scene = await open(t);
    t.equal(await scene.outcome(scene.call("log", ["line"])), undefined);
    t.equal(await scene.outcome(scene.call("echo", ["a"])), "a");
  });

  t.test(`${name}: a call ends with its deadline, and hurts none that is made later`, async (t) => {
    const scene = await open(t);
    const late = scene.call("after", [100, "late"], 20);
    t.match(await scene.outcome(late), { code: "DEADLINE", delivery: "unknown" });
    await scene.platform.clock.advance(200);
    if (scene.session.usable) t.equal(await scene.outcome(scene.call("echo", ["a"])), "a");
    else t.equal(scene.ends.length, 1, "or the connection has ended with it");
  });

  t.test(`${name}: a call that its caller gives up is over at once`, async (t) => {
    const scene = await open(t);
    const call = scene.call("after", [100, "late"]);
    await scene.platform.clock.advance(10);
    call.cancel();
    t.match(await scene.outcome(call), { code: "CANCELLED" });
    await scene.platform.clock.advance(200);
  });

  t.test(`${name}: a session that is retired answers what it has, then ends`, async (t) => {
    const scene = await open(t);
    const call = scene.call("after", [50, "answered"]);
    await scene.platform.clock.advance(10);
    scene.session.retire();
    t.equal(scene.session.usable, false);
    t.equal(scene.ends.length, 0);
    t.equal(await scene.outcome(call), "answered");
    await scene.platform.clock.advance(2_000);
    t.same([scene.ends.length, scene.unsent.length], [1, 0]);
  });

  t.test(`${name}: a session that is destroyed tells its calls, and its owner once`, async (t) => {
    const scene = await open(t);
    const call = scene.call("after", [50, "lost"]);
    await scene.platform.clock.advance(10);
    scene.session.destroy(new Error("enough"));
    t.match(await scene.outcome(call), { name: "ConnectionError", delivery: "unknown", message: /enough/ });
    scene.session.destroy(new Error("again"));
    await scene.platform.clock.advance(2_000);
    t.equal(scene.ends.length, 1);
    t.equal(scene.session.usable, false);
  });

  t.test(`${name}: a call of which nothing has left comes back`, async (t) => {
    const scene = await open(t);
    const call = scene.call("echo", ["unsent"]);
    scene.session.destroy(new Error("enough"));
    await scene.platform.clock.advance(10);
    t.same(scene.unsent, [call]);
    t.equal(call.settled, false);
  });

  t.test(`${name}: a peer that ends loses the calls that wait, and nothing is left`, async (t) => {
    const scene = await open(t);
    const call = scene.call("after", [50, "lost"], 10_000);
    await scene.platform.clock.advance(10);
    for (const socket of scene.platform.sockets) socket.reset();
    t.match(await scene.outcome(call), { code: "CONNECTION_LOST", delivery: "unknown" });
    await scene.platform.clock.advance(100);
    t.equal(scene.ends.length, 1);
    t.equal(scene.ends[0]?.error.code, "CONNECTION_LOST");
  });

  t.test(`${name}: an argument that cannot be written fails its own call, unsent`, async (t) => {
    const scene = await open(t);
    const wrong = scene.call("divide", [{ dividend: "many", divisor: 2 }]);
    t.match(await scene.outcome(wrong), { code: "INVALID_ARGUMENT", delivery: "unsent" });
    t.equal(await scene.outcome(scene.call("echo", ["a"])), "a");
  });
}
