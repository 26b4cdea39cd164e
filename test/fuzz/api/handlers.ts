/** The handlers: each finds by the id in its arguments which call it serves, notes that it runs, and does what the story says. */
import type { HandlerContext } from "../../../lib/call/call.ts";
import type { Registry } from "../../../lib/server/registry.ts";
import { actOf, type Scene } from "./acts.ts";
import { valueOf } from "./domain.ts";
import { als, type CallRecord, type Stage } from "./stage.ts";

/** Answers by method: the first response, if there is one, and what follows. */
interface Right {
  readonly response?: unknown;
  readonly items?: readonly unknown[];
  /** Reads the caller's items and gives what is to come of them. */
  readonly reads?: (items: AsyncIterable<unknown>) => unknown;
}

/** What a message may have been under way, waiting for its turn included. */
const TIME_LEFT_MS = 1_000;

const COUNTS = [3, 0, 1, 10, 50, 300];

/** How many items a call has, at either end. */
export function itemsOf(call: number): number {
  return COUNTS[call % COUNTS.length] as number;
}

export function textOf(call: number): string {
  return `text ${call}`;
}

async function sum(items: AsyncIterable<unknown>): Promise<bigint> {
  let sum = 0n;
  for await (const item of items) sum += BigInt(item as number);
  return sum;
}

async function bytes(items: AsyncIterable<unknown>): Promise<bigint> {
  let sum = 0n;
  for await (const item of items) sum += BigInt((item as Buffer).length);
  return sum;
}

async function* upper(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield (item as string).toUpperCase();
}

function rightOf(method: string, call: number, value: unknown): Right {
  switch (method) {
    case "touch":
    case "note":
    case "skewUnary":
      return {};
    case "typed":
    case "invoke":
      return { response: value };
    case "skewKind":
      return { response: value };
    case "count":
      return { items: Array.from({ length: value as number }, (_, i) => i + 1) };
    case "opened":
      return { response: `opened:${call}:${value as string}`, items: [...(value as string)] };
    case "add":
      return { reads: sum };
    case "collect":
      return { response: `collect:${call}:${value as string}`, reads: bytes };
    case "upper":
      return { reads: upper };
    case "chat":
      return { response: `chat:${call}:${value as string}`, reads: upper };
    default:
      return { response: `${method}:${call}:${value as string}` };
  }
}

/** Registers everything of the story's service. */
export function register(stage: Stage, registry: Registry): void {
  registry.add(stage.pair.server, implementation(stage) as never);
  registry.procedure("invoke", (id: number, value: unknown, context: HandlerContext) =>
    handle(stage, "invoke", id, value, undefined, context),
  );
}

function implementation(stage: Stage): object {
  const handlers: Record<string, unknown> = {};
  for (const [key, method] of stage.pair.server.methods)
    handlers[key] = handlerOf(stage, key, method.arity, method.kind);
  handlers["create"] = (id: number, context: HandlerContext) =>
    handle(stage, "create", id, undefined, undefined, context, () => session(stage));
  handlers["createSession"] = () => session(stage);
  return handlers;
}

/** Where the call has created the interaction before, its act is done. */
function session(stage: Stage): object {
  return {
    step(id: number, text: string, context: HandlerContext) {
      if (stage.call(id)?.plan.method !== "create") return handle(stage, "step", id, text, undefined, context);
      note(stage, id, false);
      return `step:${id}:${text}`;
    },
  };
}

function handlerOf(stage: Stage, method: string, arity: number, kind: string): (...args: unknown[]) => unknown {
  return (...args) => {
    const sends = kind === "sink" || kind === "bidi";
    const items = sends ? (args[arity] as AsyncIterable<unknown>) : undefined;
    return handle(stage, method, args[0], args[1], items, args[args.length - 1] as HandlerContext);
  };
}

/** A handler begins. Within an interaction the call has been noted when it was created. */
function note(stage: Stage, id: unknown, checks = true): CallRecord | undefined {
  stage.platform.clock.signs++;
  const call = stage.call(id);
  if (call === undefined) return undefined;
  call.runs++;
  if (checks) checkStore(stage, call);
  call.onHandler?.();
  return call;
}

/** A handler must not find what another one left behind, and must find what interceptors have put there. */
function checkStore(stage: Stage, call: CallRecord): void {
  const store = als.getStore();
  // One of its own doing.
  if (store === `handler:${call.id}` && call.plan.act.startsWith("enters a store")) return;
  // An interceptor does not see the packed id of an invoked procedure, and one that enters a store has its handler run in it.
  if (stage.intercepted && (call.plan.method === "invoke" || call.plan.meddle !== undefined)) return;
  const fits = stage.intercepted ? store === `server:${call.id}` : store === undefined || store === `client:${call.id}`;
  if (!fits) call.wrongs.push(`its handler ran in the context of ${String(store)}`);
}

function handle(
  stage: Stage,
  method: string,
  id: unknown,
  value: unknown,
  items: AsyncIterable<unknown> | undefined,
  context: HandlerContext,
  make?: () => unknown,
): unknown {
  const call = note(stage, id);
  const right = rightOf(method, Number(id), value);
  const answer = make ?? (() => answerOf(stage, call, right, items));
  if (call === undefined) return answer();
  checkTimeLeft(stage, call, context);
  setHeader(call, context);
  const act = actOf(call.plan.act);
  const scene: Scene = {
    stage,
    call,
    context,
    right: answer,
    withItems: (make) => withItems(right, make(right.items ?? [])),
  };
  if (call.plan.afterMs === 0) return act.run(scene);
  return stage.wait(call.plan.afterMs).then(() => {
    checkTimeLeft(stage, call, context);
    return act.run(scene);
  });
}

/** Less than the narrowest field of a protocol holds, by more than any story takes. */
const MOST_TOLD_MS = 2 ** 31 - 1e9;

/** What a handler is told that its caller has left: as much as that has, or Infinity where the connection does not carry it. */
function checkTimeLeft(stage: Stage, call: CallRecord, context: HandlerContext): void {
  // What was overheard and damaged may name the call with another time.
  if (stage.repeated) return;
  const left = context.timeLeftMs();
  const right = Math.max(0, call.deadline - stage.platform.clock.now);
  // Each protocol says as much as its field holds.
  if (left > MOST_TOLD_MS && right > left) return;
  const told = Number.isFinite(left) ? isTold(stage, left, right) : !stage.tellsTime || right > 1e9;
  if (!told && call.deadline > 0 && !call.disturbed)
    call.wrongs.push(`its handler was told ${left} ms, it had ${right}`);
}

function isTold({ readsLate }: Stage, left: number, right: number): boolean {
  return Math.abs(left - right) < TIME_LEFT_MS || (readsLate && left > right);
}

function withItems(right: Right, stream: unknown): unknown {
  return right.response === undefined ? stream : { response: right.response, stream };
}

function answerOf(
  stage: Stage,
  call: CallRecord | undefined,
  right: Right,
  items: AsyncIterable<unknown> | undefined,
): unknown {
  const { response, reads } = right;
  if (items !== undefined && reads !== undefined) {
    const result = reads(items);
    if (response === undefined) return result;
    return result instanceof Promise ? { response, final: result } : { response, stream: result };
  }
  if (right.items === undefined) return response;
  return withItems(right, watched(stage, call, right.items));
}

/** A generator sees the context in which its handler was called. */
async function* watched(
  stage: Stage,
  call: CallRecord | undefined,
  items: readonly unknown[],
): AsyncGenerator<unknown> {
  for (const item of items) {
    if (call !== undefined && stage.intercepted) checkStore(stage, call);
    yield item;
  }
}

function setHeader(call: CallRecord, context: HandlerContext): void {
  const header = call.plan.replyHeader;
  if (header === undefined) return;
  try {
    context.setReplyHeader(valueOf(header.name) as string, valueOf(header.value) as string);
  } catch (error) {
    if (!header.catches) throw error;
  }
}
