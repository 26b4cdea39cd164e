/** Carries a call of a story out as its caller would: arguments, options, signal, reading and sending; and notes what came of it. */
import type { Channel } from "../../../lib/client/channel.ts";
import { put, valueOf } from "./domain.ts";
import { itemsOf, textOf } from "./handlers.ts";
import { typedValue } from "./services.ts";
import { sourceOf } from "./sources.ts";
import { type AnyClient, als, type CallRecord, type Stage } from "./stage.ts";
import type { MethodName } from "./story.ts";

/** Methods whose client stub gives an object to read, to send to, or both; the others give a promise. */
export const STREAMING: ReadonlySet<MethodName> = new Set(["count", "opened", "upper", "chat", "skewKind"]);
export const SINKS: ReadonlySet<MethodName> = new Set(["add", "collect"]);
export const SENDING: ReadonlySet<MethodName> = new Set(["add", "collect", "upper", "chat"]);
/** Methods with an argument after the id. */
export const WITH_VALUE: ReadonlySet<MethodName> = new Set([
  ...(["say", "typed", "note", "count", "opened", "collect", "chat", "invoke"] as const),
  ...(["skewOneway", "skewUnary", "skewType", "skewKind", "skewArg"] as const),
]);

/** The timeout of calls that say nothing else. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** An argument that its caller changes as soon as the call is made. */
export const SPOILT = "what it spoils afterwards";

/** Options that only this call can make, by name. */
const OWN_OPTIONS: Readonly<Record<string, (call: CallRecord) => unknown>> = {
  listens: (call) => (headers: ReadonlyMap<string, string>) => onHeaders(call, headers),
  "aborts its call": (call) => () => call.abort?.(),
};

function onHeaders(call: CallRecord, headers: ReadonlyMap<string, string>): void {
  call.replyHeaders = headers;
  if (call.settled) call.wrongs.push("onHeaders was called after it had settled");
  const store = als.getStore();
  if (store !== `client:${call.id}`) call.wrongs.push(`onHeaders ran in the context of ${String(store)}`);
}

/** Begins the call. Whatever happens is noted in its record; nothing is thrown. */
export function begin(stage: Stage, call: CallRecord, client: unknown, channel: Channel): void {
  prepareSignal(stage, call);
  call.startedAt = stage.platform.clock.now;
  try {
    als.run(`client:${call.id}`, () => carryOut(stage, call, client as AnyClient, channel));
  } catch (error) {
    call.wrongs.push(`it threw at once: ${describe(error)}`);
    settle(stage, call, { error });
  }
  if (call.plan.abort === "at once") call.abort?.();
}

function prepareSignal(stage: Stage, call: CallRecord): void {
  const { abort, options, optionsAre } = call.plan;
  if (abort === "never" || options.signal !== undefined || optionsAre !== undefined) return;
  const controller = new AbortController();
  call.signal = controller.signal;
  call.abort = () => {
    stage.platform.clock.signs++;
    call.aborted = true;
    controller.abort();
  };
  if (abort === "before") {
    call.abortedAtStart = true;
    call.abort();
  } else if (abort === "a turn later") setImmediate(() => call.abort?.());
  else if (abort === "3 ms later") stage.platform.clock.startOwn(3, () => call.abort?.());
  else if (abort === "in the handler") call.onHandler = () => call.abort?.();
  else if (abort === "at an item") call.onItem = () => call.abort?.();
}

function carryOut(stage: Stage, call: CallRecord, client: AnyClient, channel: Channel): void {
  const { method } = call.plan;
  if (method === "perform" || method === "create") return follow(stage, call, interact(stage, call, client));
  const args: unknown[] = [call.id];
  if (WITH_VALUE.has(method)) args.push(argumentOf(stage, call));
  if (SENDING.has(method)) args.push(sourceOf(call.plan.source).make(sent(call), stage));
  const options = optionsOf(call);
  if (options !== undefined) args.push(options.are);
  if (method === "invoke") {
    return follow(stage, call, channel.invoke("invoke", args.slice(0, 2), options?.are as never));
  }
  const result: unknown = (client[method] as (...args: unknown[]) => unknown)(...args);
  if (STREAMING.has(method)) follow(stage, call, read(stage, call, result as Reading));
  else follow(stage, call, result);
  if (SINKS.has(method)) call.cancel = () => (result as Reading).cancel();
  if (call.plan.argument === SPOILT) spoil(args[1]);
}

/** Changes whatever can be changed: a call has read its arguments when it was made. */
function spoil(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0x55);
  else if (value instanceof Map || value instanceof Set) value.clear();
  else if (Array.isArray(value)) value.length = 0;
  else if (typeof value === "object" && value !== null)
    for (const key of Object.keys(value)) Reflect.set(value, key, Symbol("spoilt"));
}

function argumentOf(stage: Stage, call: CallRecord): unknown {
  const { method, argument } = call.plan;
  if (argument !== undefined && argument !== SPOILT) return valueOf(argument);
  if (method === "typed") return typedValue(stage.pair, call.id);
  return method === "count" || method === "skewKind" ? itemsOf(call.id) : textOf(call.id);
}

/** What the caller sends item by item. */
export function sent(call: CallRecord): readonly unknown[] {
  const count = itemsOf(call.id);
  switch (call.plan.method) {
    case "add":
      return Array.from({ length: count }, (_, i) => i);
    case "collect":
      return Array.from({ length: count }, (_, i) => Buffer.alloc(i));
    default:
      return Array.from({ length: count }, (_, i) => `item ${i}`);
  }
}

/** Undefined for none at all. */
function optionsOf(call: CallRecord): { readonly are: unknown } | undefined {
  const { options, optionsAre } = call.plan;
  if (optionsAre !== undefined) return { are: valueOf(optionsAre) };
  const made = {};
  for (const [name, value] of Object.entries(options)) {
    const own = OWN_OPTIONS[value];
    if (own === undefined) put(made, name, value);
    else Object.assign(made, { [name]: own(call) });
  }
  if (call.signal !== undefined) Object.assign(made, { signal: call.signal });
  return Object.keys(made).length === 0 ? undefined : { are: made };
}

async function interact(stage: Stage, call: CallRecord, client: AnyClient): Promise<unknown> {
  const options = optionsOf(call)?.are;
  const { id } = call;
  if (call.plan.method === "create") {
    const created = await client["create"]?.(id, options);
    // The second of its calls says nothing of its time.
    call.deadline = stage.platform.clock.now + DEFAULT_TIMEOUT_MS;
    const value = (await created.client.step(id, textOf(id))) as unknown;
    created.end();
    created.end();
    return value;
  }
  const performed = client["createSession"]?.();
  const value = (await performed.client.step(id, textOf(id), options)) as unknown;
  performed.end();
  return value;
}

/** What a streaming stub gives. */
interface Reading extends AsyncIterable<unknown> {
  readonly response: Promise<unknown>;
  cancel(): void;
}

/** Reads as planned; gives the first response and the items. */
async function read(stage: Stage, call: CallRecord, stream: Reading): Promise<unknown> {
  call.cancel = () => stream.cancel();
  // Looked at, as a caller may; whoever does not must not hear of its failure either.
  const response = call.id % 2 === 0 ? undefined : await stream.response;
  const how = call.plan.read;
  if (how === "none") {
    await new Promise<void>((resolve) => stage.hold(resolve));
    stream.cancel();
    return { response, items: [] };
  }
  if (how === "cancel") {
    stream.cancel();
    return { response, items: [] };
  }
  await readAll(stage, call, stream, how);
  return { response, items: call.items };
}

async function readAll(stage: Stage, call: CallRecord, stream: Reading, how: string): Promise<void> {
  if (how === "twice at once") {
    const iterator = stream[Symbol.asyncIterator]();
    const [first, second] = await Promise.all([iterator.next(), iterator.next()]);
    for (const { done, value } of [first, second]) if (done !== true) call.items.push(value);
  }
  for await (const item of stream) {
    call.items.push(item);
    stage.platform.clock.signs++;
    call.onItem?.();
    if (how === "one") return;
    if (how === "throw") throw new Error("the reader's own");
    if (how === "slowly") await stage.wait(1);
  }
}

function follow(stage: Stage, call: CallRecord, result: unknown): void {
  if (!(result instanceof Promise)) {
    call.wrongs.push("it gave no promise");
    return settle(stage, call, { value: result });
  }
  result.then(
    (value) => settle(stage, call, { value }),
    (error) => settle(stage, call, { error }),
  );
}

function settle(stage: Stage, call: CallRecord, outcome: NonNullable<CallRecord["outcome"]>): void {
  if (call.settled) return void call.wrongs.push("it settled twice");
  call.outcome = outcome;
  call.settledAt = stage.platform.clock.now;
  stage.platform.clock.signs++;
  if (call.plan.abort === "when settled") call.abort?.();
}

/** An error as text, whatever it is. */
export function describe(error: unknown): string {
  try {
    const { name, code, delivery, message } = error as Record<string, unknown>;
    return (
      [name, code, delivery, message]
        .filter((part) => part !== undefined)
        .map(String)
        .join(" ") || typeof error
    );
  } catch {
    try {
      return typeof error === "object" ? "an object that cannot be read" : String(error);
    } catch {
      return "something that cannot be read";
    }
  }
}
