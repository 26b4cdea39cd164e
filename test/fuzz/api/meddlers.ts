/** Interceptors: those of ordinary calls hand on, those of others do what they like. */
import type { Call } from "../../../lib/call/call.ts";
import type { Interceptor, Invoke } from "../../../lib/call/interceptor.ts";
import { Oops, thenable, valueOf } from "./domain.ts";
import { als, type CallRecord, type Stage } from "./stage.ts";

type Meddle = (next: Invoke, call: Call, stage: Stage) => unknown;

const fail = (): never => {
  throw new Oops();
};

export const MEDDLERS: Readonly<Record<string, Meddle>> = {
  throws: fail,
  rejects: () => Promise.reject(new Oops()),
  "rejects with undefined": () => Promise.reject(undefined),
  "gives undefined": () => undefined,
  "gives 5": () => 5,
  "gives a thenable that throws": () => thenable(fail),
  "promises something else": async () => valueOf("a proxy that throws"),
  "never comes back": (_next, _call, stage) => new Promise((resolve) => stage.hold(() => resolve(undefined))),
  "calls on and gives undefined": (next, call) => {
    next(call).catch(() => undefined);
    return undefined;
  },
  "calls on twice": async (next, call) => {
    await next(call).catch(() => undefined);
    return next(call);
  },
  "calls on later": async (next, call, stage) => {
    await stage.wait(5);
    return next(call);
  },
  "calls on, then throws": async (next, call) => {
    await next(call).catch(() => undefined);
    return fail();
  },
  "calls on without arguments": (next, call) => next({ ...call, args: [] }),
  "calls on with nothing": (next) => next(undefined as never),
  "calls on with a frozen copy": (next, call) => next(Object.freeze({ ...call })),
  "enters a store": (next, call) => {
    als.enterWith("an interceptor");
    return next(call);
  },
};

/** One interceptor for a side: hands calls on, within a context at the server, unless the call's plan has other ideas. */
export function interceptor(stage: Stage, side: "client" | "server"): Interceptor {
  return (next) => (call) => {
    const record = stage.call(call.args[0]);
    const run = (): Promise<unknown> => meddle(stage, side, next, call, record);
    return side === "server" && record !== undefined ? als.run(`server:${record.id}`, run) : run();
  };
}

function meddle(
  stage: Stage,
  side: "client" | "server",
  next: Invoke,
  call: Call,
  record: CallRecord | undefined,
): Promise<unknown> {
  const plan = record?.plan.meddle;
  if (plan?.side !== side) return next(call);
  return (MEDDLERS[plan.how] as Meddle)(next, call, stage) as Promise<unknown>;
}
