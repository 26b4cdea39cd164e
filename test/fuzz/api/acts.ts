/** What handlers do: answer, fail, lie, and never come back. Each says what its caller is to see of it. */
import type { HandlerContext } from "../../../lib/call/call.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { Oops, STRANGE, thenable, thenBy, throwingProxy, valueOf } from "./domain.ts";
import { SOURCES, sourceOf } from "./sources.ts";
import { type AnyClient, als, type CallRecord, type Stage } from "./stage.ts";

/** What an act has to work with. */
export interface Scene {
  readonly stage: Stage;
  readonly call: CallRecord;
  readonly context: HandlerContext;
  /** The right answer; for a stream `{ response, stream }` or the stream alone. */
  right(): unknown;
  /** The right answer with other items; the right answer where there are none. */
  withItems(make: (items: readonly unknown[]) => unknown): unknown;
}

/**
 * What the caller is to see: the right answer, a declared exception, an error that says nothing of the inside, that the answer is too
 * large, nothing before its deadline, or something that only is not to harm anybody else.
 */
export type Comes = "right" | "declared" | "app error" | "too big" | "never" | "late" | "anything";

/** What a late answer takes: longer than calls have that say nothing of their time. */
export const LATE_MS = 31_000;

export interface Act {
  readonly comes: Comes;
  run(scene: Scene): unknown;
}

const fail = (): never => {
  throw new Oops();
};

/** Larger than any frame of a story. */
const TOO_BIG = "x".repeat(200_000);

const ERRORS: Readonly<Record<string, () => unknown>> = {
  "an error": () => new Error("secret"),
  "a frozen error": () => Object.freeze(new Error("secret")),
  "an error of ours": () => new ThriftError("OVERLOADED", "I said so", { delivery: "unsent" }),
  "an error whose message throws": () => Object.defineProperty(new Error("x"), "message", { get: fail }),
  "an error whose everything throws": () =>
    Object.defineProperties(new Error("x"), {
      name: { get: fail },
      message: { get: fail },
      stack: { get: fail },
      cause: { get: fail },
      code: { get: fail },
      constructor: { get: fail },
      toString: { get: fail },
    }),
  "an error of ours whose everything throws": () =>
    Object.defineProperties(new ThriftError("APP_ERROR", "x"), {
      name: { get: fail },
      message: { get: fail },
      stack: { get: fail },
      delivery: { get: fail },
    }),
  "an error whose cause is itself": () => {
    const error = new Error("cycle");
    error.cause = error;
    return error;
  },
  "a proxy of an error": () => throwingProxy(new Error("x")),
};

const declared = (fields: object | "throws" | "big"): Act => ({
  comes: fields === "big" ? "too big" : fields === "throws" ? "app error" : "declared",
  run({ stage }) {
    if (fields === "big") throw new stage.pair.Refused({ message: TOO_BIG, at: 1 });
    if (fields !== "throws") throw new stage.pair.Refused(fields);
    throw Object.defineProperty(new stage.pair.Refused({ at: 1 }), "at", { get: fail, enumerable: true });
  },
});

type Settle = (value: unknown) => void;

const PLAIN: Readonly<Record<string, Act>> = {
  answers: { comes: "right", run: ({ right }) => right() },
  "answers by a promise": { comes: "right", run: async ({ right }) => right() },
  "answers a turn later": {
    comes: "right",
    run: ({ right }) => new Promise((resolve) => setImmediate(() => resolve(right()))),
  },
  "answers by a thenable": { comes: "right", run: ({ right }) => thenable((resolve: Settle) => resolve(right())) },
  "answers twice by a thenable": {
    comes: "right",
    run: ({ right }) =>
      thenable((resolve: Settle, reject: Settle) => {
        resolve(right());
        resolve("twice");
        reject(new Oops());
      }),
  },
  "answers by a thenable, then throws": {
    comes: "right",
    run: ({ right }) =>
      thenable((resolve: Settle) => {
        resolve(right());
        fail();
      }),
  },
  "answers by a thenable in a thenable": {
    comes: "right",
    run: ({ right }) => thenable((resolve: Settle) => resolve(thenable((inner: Settle) => inner(right())))),
  },
  "answers by a function that is a thenable": {
    comes: "anything",
    run: ({ right }) =>
      Object.assign(
        () => {},
        thenable((resolve: Settle) => resolve(right())),
      ),
  },
  "gives a thenable that throws": { comes: "app error", run: () => thenable(fail) },
  "gives a then that cannot be read": {
    comes: "app error",
    run: () => thenBy(fail),
  },
  "gives a then that can be read once": {
    comes: "anything",
    run: () => {
      let reads = 0;
      return thenBy(() => (reads++ === 0 ? (resolve: Settle) => resolve("x") : fail()));
    },
  },
  "promises a then that cannot be read": {
    comes: "app error",
    run: async () => thenBy(fail),
  },
  "gives a thenable that rejects with undefined": {
    comes: "app error",
    run: () => thenable((_: Settle, reject: Settle) => reject(undefined)),
  },
  "gives a thenable that gives itself": {
    comes: "never",
    run: ({ stage, right }) => {
      let over = false;
      stage.hold(() => (over = true));
      const self: object = thenable((resolve: Settle) =>
        setImmediate(() => (over ? resolve(right()) : resolve(undefined))),
      );
      return new Promise((resolve) => stage.hold(() => resolve(self)));
    },
  },
  "gives a thenable that never settles": {
    comes: "never",
    run: ({ stage, right }) => thenable((resolve: Settle) => stage.hold(() => resolve(right()))),
  },
  "never answers": {
    comes: "never",
    run: ({ stage, right }) => new Promise((resolve) => stage.hold(() => resolve(right()))),
  },
  "never fails": {
    comes: "never",
    run: ({ stage }) => new Promise((_, reject) => stage.hold(() => reject(new Oops()))),
  },
  "answers when nobody waits any more": {
    comes: "never",
    run: async ({ stage, right }) => {
      await stage.wait(31_000);
      return right();
    },
  },
  "waits for its signal, then throws it": {
    comes: "never",
    run: ({ stage, context }) =>
      new Promise((_, reject) => {
        const { signal } = context;
        signal.addEventListener("abort", () => reject(signal.reason));
        stage.hold(() => reject(new Oops()));
      }),
  },
  "gives too much": { comes: "too big", run: () => TOO_BIG },
  "enters a store": {
    comes: "right",
    run: ({ call, right }) => {
      als.enterWith(`handler:${call.id}`);
      return right();
    },
  },
  "enters a store and awaits": {
    comes: "right",
    run: async ({ call, right }) => {
      als.enterWith(`handler:${call.id}`);
      await undefined;
      return right();
    },
  },
  "calls on with its time": {
    comes: "anything",
    run: async ({ stage, call, context, right }) => {
      await (stage.clients[0] as unknown as AnyClient)["say"]?.(-1 - call.id, "on behalf", { inherit: context });
      return right();
    },
  },
  "calls on when its time is over": {
    comes: "late",
    run: async ({ stage, call, context, right }) => {
      await stage.wait(LATE_MS);
      await (stage.clients[0] as unknown as AnyClient)["say"]?.(-1 - call.id, "too late", { inherit: context });
      return right();
    },
  },
  "calls on for twenty": {
    comes: "anything",
    run: async ({ stage, call, context, right }) => {
      const say = (stage.clients[0] as unknown as AnyClient)["say"];
      await Promise.allSettled(
        Array.from({ length: 20 }, () => say?.(-1 - call.id, "on behalf", { inherit: context })),
      );
      return right();
    },
  },
  "throws a declared exception": declared({ message: "no", at: 5 }),
  "throws a declared exception without fields": declared({}),
  "throws a declared exception that does not fit": { ...declared({ at: "no number" }), comes: "app error" },
  "throws a declared exception that cannot be read": declared("throws"),
  "throws a declared exception that is too big": declared("big"),
};

const throwing = (make: () => unknown): Act => ({
  comes: "app error",
  run() {
    throw make();
  },
});
const rejecting = (make: () => unknown): Act => ({ comes: "app error", run: () => Promise.reject(make()) });
const giving = (name: string): Act => ({ comes: "anything", run: () => valueOf(name) });
const promising = (name: string): Act => ({ comes: "anything", run: async () => valueOf(name) });
const entries = (names: Iterable<string>, of: (name: string) => [string, Act]): Record<string, Act> =>
  Object.fromEntries([...names].map(of));

const strange = Object.keys(STRANGE);

/** All, by name. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...PLAIN,
  ...entries(Object.keys(ERRORS), (name) => [`throws ${name}`, throwing(ERRORS[name] as () => unknown)]),
  ...entries(Object.keys(ERRORS), (name) => [`rejects with ${name}`, rejecting(ERRORS[name] as () => unknown)]),
  ...entries(strange, (name) => [`throws ${name}`, throwing(() => valueOf(name))]),
  ...entries(strange, (name) => [`rejects with ${name}`, rejecting(() => valueOf(name))]),
  ...entries(strange, (name) => [`gives ${name}`, giving(name)]),
  ...entries(strange, (name) => [`promises ${name}`, promising(name)]),
};

/** Of streams, besides: those whose items misbehave. */
export const STREAM_ACTS: Readonly<Record<string, Act>> = entries(Object.keys(SOURCES), (name) => [
  `streams ${name}`,
  {
    comes: sourceOf(name).good === true ? "right" : "anything",
    run: ({ stage, withItems }) => withItems((items) => sourceOf(name).make(items, stage)),
  },
]);

export function actOf(name: string): Act {
  const act = ACTS[name] ?? STREAM_ACTS[name];
  if (act === undefined) throw new Error(`no act is called ${name}`);
  return act;
}
