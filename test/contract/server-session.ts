/** What the answering side of every protocol family must do, seen by clients that speak it and by the server's own counts. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Test } from "tap";
import type { HandlerContext } from "../../lib/call/call.ts";
import type { Channel } from "../../lib/client/channel.ts";
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import type { CallEvent } from "../../lib/observe/diagnostics.ts";
import type { ServeOptions } from "../../lib/server/server.ts";
import { serve } from "../../lib/server/server.ts";
import { tcp } from "../../lib/transport/tcp.ts";
import { Calculator } from "../helpers/calculator.ts";
import { VirtualPlatform } from "../helpers/virtual-platform.ts";
import { calculator, PORT, Witness } from "../helpers/virtual-service.ts";

const NONE = { partial: 0, fragments: 0, requests: 0, replies: 0, zlib: 0, items: 0 };

async function scene(t: Test, spoken: ConnectOptions, options: ServeOptions = {}) {
  const platform = new VirtualPlatform();
  const witness = new Witness();
  const contexts: HandlerContext[] = [];
  const plain = calculator(platform, witness);
  const handlers = {
    ...plain,
    after(ms: number, text: string, context: HandlerContext) {
      contexts.push(context);
      return plain.after(ms, text, context);
    },
  };
  const server = await serve(tcp.listen(PORT), (r) => r.add(Calculator, handlers), { platform, ...options });
  const channels: Channel[] = [];
  const dial = () => {
    const channel = connect(tcp("10.0.0.1", PORT), { platform, ...spoken });
    channels.push(channel);
    return { channel, calc: createClient(Calculator, channel) };
  };
  const events: CallEvent[] = [];
  const onCall = (event: unknown): void => void events.push(event as CallEvent);
  subscribe("scrimp:server:call", onCall);
  t.teardown(async () => {
    unsubscribe("scrimp:server:call", onCall);
    await platform.clock.until(Promise.all([...channels.map((channel) => channel.close()), server.close()]));
  });
  const { clock } = platform;
  return { platform, clock, server, dial, ...dial(), contexts, events, witness };
}

/** Runs the suite for the family that a client with `spoken` speaks. */
export function serverSessionContract(t: Test, spoken: ConnectOptions & { readonly protocol: string }): void {
  const name = spoken.protocol;
  const outcome = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

  t.test(`${name}: a call counts while its handler runs, and leaves nothing behind`, async (t) => {
    const { clock, server, calc, channel } = await scene(t, spoken);
    const call = calc.after(50, "a");
    await clock.advance(20);
    t.same([server.load.inFlight, server.load.held.requests > 0], [1, true]);
    t.equal(await clock.until(call), "a");
    t.equal(server.load.inFlight, 0);
    await clock.until(channel.close());
    await clock.advance(2_000);
    t.same(server.load.held, NONE);
    t.equal(server.connections, 0);
  });

  t.test(`${name}: every call is published once, with what it ended with`, async (t) => {
    const { clock, calc, events } = await scene(t, spoken);
    await clock.until(calc.echo("a"));
    await clock.until(outcome(calc.divide({ dividend: 1, divisor: 0 })));
    await clock.until(calc.after(10, "b"));
    await clock.until(calc.log("line"));
    await clock.advance(100);
    t.same(
      events.map(({ method, error }) => [method, error !== undefined]),
      [
        ["echo", false],
        ["divide", true],
        ["after", false],
        ["log", false],
      ],
    );
  });

  t.test(`${name}: a handler whose caller has gone is told, and counts until it ends`, async (t) => {
    const { platform, clock, server, calc, contexts, events } = await scene(t, spoken);
    const call = outcome(calc.after(500, "late"));
    await clock.advance(20);
    for (const socket of platform.sockets) socket.reset();
    t.match(await clock.until(call), { code: "CONNECTION_LOST", delivery: "unknown" });
    t.equal(contexts[0]?.signal.aborted, true);
    t.equal(server.load.inFlight, 1);
    await clock.advance(1_000);
    t.same([server.load.inFlight, server.load.held.requests], [0, 0]);
    t.equal(events.length, 1);
  });

  t.test(`${name}: a draining server answers what it has begun and begins nothing`, async (t) => {
    const { clock, server, calc, witness } = await scene(t, spoken);
    const begun = calc.after(50, "answered");
    await clock.advance(20);
    const drained = server.drain({ timeoutMs: 5_000 });
    const refused = outcome(calc.echo("refused", { timeoutMs: 1_000 }));
    t.equal(await clock.until(begun), "answered");
    t.match(await clock.until(refused), { delivery: "unsent" });
    await clock.until(drained);
    t.equal(server.connections, 0);
    t.equal(witness.started, 1);
  });

  t.test(`${name}: calls beyond what runs at a time wait for their turn`, async (t) => {
    const { clock, server, calc, dial } = await scene(t, spoken, { maxRunningCalls: 1 });
    const calls = Promise.all([calc.after(50, "a"), dial().calc.after(50, "b")]);
    await clock.advance(20);
    t.same([server.load.inFlight, server.load.waiting], [2, 1]);
    t.same(await clock.until(calls), ["a", "b"]);
    t.same([server.load.inFlight, server.load.waiting], [0, 0]);
  });

  t.test(`${name}: a call whose turn does not come is turned away, unsent`, async (t) => {
    const { clock, calc, dial, events } = await scene(t, spoken, { maxRunningCalls: 1, queueTimeoutMs: 30 });
    const calls = Promise.all([calc.after(100, "a"), outcome(dial().calc.after(100, "b"))]);
    const [a, b] = await clock.until(calls);
    t.equal(a, "a");
    t.match(b, { delivery: "unsent" });
    t.equal(events.length, 1, "and not published: it was not carried out");
  });

  t.test(`${name}: one host gets no more than its share, and is told before anything is begun`, async (t) => {
    const { clock, dial, witness } = await scene(t, spoken, { maxCalls: 4 });
    const calls = await clock.until(Promise.all([1, 2, 3, 4].map((i) => outcome(dial().calc.after(50, `${i}`)))));
    const refused = calls.filter((answer) => typeof answer !== "string");
    t.equal(refused.length, 2);
    for (const error of refused)
      t.match(error, { code: "OVERLOADED", delivery: "unsent", message: /from 10\.0\.0\.2, limit 0\.5 of 4/ });
    t.equal(witness.started, 2);
  });

  t.test(`${name}: what a handler throws reaches its own caller only`, async (t) => {
    const { clock, calc } = await scene(t, spoken, { onError: () => {} });
    const [secret, echoed] = await clock.until(
      Promise.all([outcome(calc.divide({ dividend: 666, divisor: 1 })), calc.echo("a")]),
    );
    t.match(secret, { code: "APP_ERROR", delivery: "answered" });
    t.notMatch((secret as Error).message, /secret/);
    t.equal(echoed, "a");
  });
}
