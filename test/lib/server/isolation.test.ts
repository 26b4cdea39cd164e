/** Handlers that do what no handler should: it costs their own call, and no other call, connection or process. */
import t from "tap";
import type { HandlerContext } from "../../../lib/call/call.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { type ServeOptions, serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Stop, Streams } from "../../helpers/streams.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const PORT = 9090;
const protocols = ["rocket", "framed", "unframed", "header", "http"] as const;
type Tap = typeof t;
/** What a call came to: its result, or the error's code. */
type Outcome = string;

const bad = (): never => {
  throw new Error("from within");
};
const throwing = (...keys: readonly PropertyKey[]): PropertyDescriptorMap =>
  Object.fromEntries(keys.map((key) => [key, { get: bad }]));
/** Every trap throws. */
const hostile = (): object => new Proxy({}, new Proxy({}, { get: () => bad }));
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable(new Error("gone"), {});
  revoke();
  return proxy;
}
function lateBad(target: object, key: PropertyKey, reads: number): object {
  let read = 0;
  return Object.defineProperty(target, key, { get: () => (++read > reads ? bad() : undefined) });
}
const THEN = "then";
const thenable = (then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void): object =>
  Object.defineProperty({}, THEN, { value: then, enumerable: true });
const rejecting = (error: unknown) => async (): Promise<never> => {
  await null;
  throw error;
};
const ERRORS: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  "a symbol": () => Symbol("thrown"),
  "a function": () => bad,
  "a revoked proxy": revoked,
  "a proxy of which every trap throws": hostile,
  "an error whose getters throw": () =>
    Object.defineProperties(new Error("x"), throwing("stack", "message", "name", "cause", "code", "constructor")),
  "an error whose class cannot be asked": () =>
    new Proxy(new Error("x"), { getPrototypeOf: bad, get: bad, has: bad, ownKeys: bad }),
  "an error of ours whose getters throw": () =>
    Object.defineProperties(
      new ThriftError("INVALID_ARGUMENT", "x", { delivery: "unknown", phase: "handler" }),
      throwing("message", "name"),
    ),
  "an error of ours that cannot be asked for its code": () =>
    Object.defineProperties(new ThriftError("DEADLINE", "x", { delivery: "unknown" }), throwing("code", "phase")),
  "an error whose cause throws when it is read again": () => lateBad(new Error("x"), "cause", 1),
  "a declared exception whose field throws": () =>
    Object.defineProperties(new Stop({ message: "x", at: 1 }), throwing("at")),
  "a declared exception whose message and class throw": () =>
    Object.defineProperties(new Stop({ at: 1 }), throwing("message", "constructor")),
};

/** What a handler does, what its caller gets, and whether `onError` is told. */
type Odd = readonly [handler: (text: string, ctx: HandlerContext) => unknown, outcome: Outcome, reported: boolean];

const ODD: Readonly<Record<string, Odd>> = {
  "a `then` that throws": [() => thenable(bad), "APP_ERROR", true],
  "a `then` that cannot be read": [() => Object.defineProperties({}, throwing("then")), "APP_ERROR", true],
  "a `then` that can be read once": [() => lateBad({}, "then", 0), "APP_ERROR", true],
  "a `then` that answers and throws": [
    () =>
      thenable((resolve) => {
        resolve("first");
        bad();
      }),
    "first",
    false,
  ],
  "a `then` that answers twice": [
    () =>
      thenable((resolve, reject) => {
        resolve("first");
        resolve("second");
        reject(new Error("third"));
      }),
    "first",
    false,
  ],
  "a `then` that answers with another": [
    () => thenable((resolve) => resolve(thenable((inner) => inner("inner")))),
    "inner",
    false,
  ],
  "a `then` that answers with one that throws": [
    () => thenable((resolve) => resolve(thenable(bad))),
    "APP_ERROR",
    true,
  ],
  "a `then` that never answers": [() => thenable(() => {}), "DEADLINE", false],
  "a function with a `then`": [
    () =>
      Object.assign(
        () => {},
        thenable((resolve) => resolve("by a function")),
      ),
    "by a function",
    false,
  ],
  "a promise whose own `then` throws": [() => Object.assign(Promise.resolve("x"), thenable(bad)), "x", false],
  "a promise whose class cannot be read": [
    () => Object.defineProperties(Promise.resolve("x"), throwing("constructor")),
    "APP_ERROR",
    true,
  ],
  "a proxy of which every trap throws": [hostile, "APP_ERROR", true],
  "a value of another type": [() => 12, "APP_ERROR", true],
  "a text with a lone surrogate": [async () => "\ud800", "APP_ERROR", true],
  "a header that is no text": [
    async (text, ctx) => {
      await null;
      ctx.setReplyHeader("x", undefined as unknown as string);
      return text;
    },
    "APP_ERROR",
    true,
  ],
};
for (const [name, make] of Object.entries(ERRORS)) {
  (ODD as Record<string, Odd>)[`throws ${name}`] = [
    () => {
      throw make();
    },
    "APP_ERROR",
    true,
  ];
  (ODD as Record<string, Odd>)[`rejects with ${name}`] = [rejecting(make()), "APP_ERROR", true];
}

async function play(
  t: Pick<Tap, "equal">,
  protocol: (typeof protocols)[number],
  [handler, outcome, reported]: Odd,
  options: ServeOptions = {},
): Promise<void> {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const told: unknown[] = [];
  const server = await serve(
    tcp.listen(PORT),
    (r) =>
      r.add(Streams, {
        ...streamHandlers(new Seen(), platform),
        echo: (text, ctx) => (text === "odd" ? handler(text, ctx) : text) as string,
      }),
    { platform, onError: (error) => told.push(error), ...options },
  );
  const channel = connect(tcp("10.0.0.1", PORT), { platform, protocol });
  const client = createClient(Streams, channel);
  t.equal(await clock.until(client.echo("before")), "before");
  const beside = protocol === "http" ? undefined : client.wait(200);
  await clock.advance(10);
  const odd = client.echo("odd", { timeoutMs: 1_000 }).catch(({ code }: ThriftError) => code);
  t.equal(await clock.until(odd), outcome, "the call itself");
  if (beside !== undefined) t.equal(await clock.until(beside), "waited", "the call beside it");
  t.equal(await clock.until(client.echo("after")), "after", "the next call");
  t.equal(told.length, reported ? 1 : 0, "onError");
  await clock.until(Promise.all([channel.close(), server.close()]));
}

for (const protocol of protocols)
  t.test(`${protocol}: whatever a handler returns or throws, it fails its own call alone`, async (t) => {
    for (const [name, odd] of Object.entries(ODD)) await t.test(name, async (t) => play(t, protocol, odd));
  });

for (const protocol of ["rocket", "framed"] as const)
  t.test(`${protocol}: so it does when the call has waited for its turn, and behind an interceptor`, async (t) => {
    for (const [name, odd] of Object.entries(ODD)) {
      // One that never ends keeps its place, and an interceptor waits for a promise as `await` does not: by its own `then`.
      if (!name.includes("never")) await t.test(name, async (t) => play(t, protocol, odd, { maxRunningCalls: 1 }));
      if (!name.includes("own"))
        await t.test(`${name}, intercepted`, async (t) =>
          play(t, protocol, odd, { interceptors: [(next) => (call) => next(call)] }),
        );
    }
  });
