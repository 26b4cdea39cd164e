/**
 * Typed clients: an object with a function for each method of a service. There is no generated client class; knows no wire.
 */
import { Buffer } from "node:buffer";
import type { CallOptions } from "../call/call.ts";
import { Interaction, type InteractionOptions, ofInteraction, unfitOptions } from "../call/interaction.ts";
import { byType, flag, text, thing } from "../options/kinds.ts";
import { type OptionTable, readOptions } from "../options/options.ts";
import { SERVICE } from "../schema/judged.ts";
import {
  type BidiMethod,
  type Created,
  type Method,
  type OnewayMethod,
  type Performs,
  performedBy,
  type Service,
  type SinkMethod,
  type StreamMethod,
  type UnaryMethod,
} from "../schema/service.ts";
import type { Items } from "../stream/item-pump.ts";
import { choicesOf } from "./call-options.ts";
import type { Caller, CallStream } from "./caller.ts";

/** Arguments as handlers get them do not matter here. */
type Any = readonly unknown[];

/** A method as its caller sees it: the declared arguments by position, what is sent item by item, then the options. */
export type ClientMethod<M> =
  M extends UnaryMethod<Any, infer R, infer G>
    ? (...args: [...G, options?: CallOptions]) => Promise<Answer<R>>
    : M extends OnewayMethod<Any, infer G>
      ? (...args: [...G, options?: CallOptions]) => Promise<void>
      : M extends StreamMethod<Any, infer T, infer R, infer G>
        ? (...args: [...G, options?: CallOptions]) => ItemStream<T, R>
        : M extends SinkMethod<Any, infer T, infer F, infer R, infer G>
          ? (...args: [...G, items: AsyncIterable<T> | Iterable<T>, options?: CallOptions]) => Sinking<F, R>
          : M extends BidiMethod<Any, infer T, infer U, infer R, infer G>
            ? (...args: [...G, items: AsyncIterable<T> | Iterable<T>, options?: CallOptions]) => ItemStream<U, R>
            : M extends Performs<infer I>
              ? () => InteractionClient<I>
              : never;

/** The result, or the interaction that the call creates; `any`, which would fit both, stays what it is. */
type Answer<R> = 0 extends 1 & R ? R : [R] extends [Created<infer I, infer F>] ? InteractionClient<I, F> : R;

/**
 * What a streaming call gives: elements to read with `for await`, once. `break`, `return` and `cancel` end it at the server too.
 * One that is neither read nor cancelled holds its place at both ends. The call's timeout counts to its end: `timeoutMs: Infinity`
 * for one that may last, with `idleTimeoutMs` for the pauses, or `timeoutBounds: "response"`.
 */
export interface ItemStream<T, R = void> extends AsyncIterable<T> {
  /** The first response; undefined for a method that has only elements. Need not be looked at. */
  readonly response: Promise<R>;
  /** Ends it; elements that were not read are dropped. */
  cancel(): void;
}

/** What a sinking call gives: a promise of the final response. */
export interface Sinking<F, R = void> extends Promise<F> {
  /** The first response, which the server gives before it takes items. Need not be looked at. */
  readonly response: Promise<R>;
  /** Gives up: the server is told, and the final response becomes CANCELLED. */
  cancel(): void;
}

/** The methods of a service, `M` as generated code states it. */
export type Client<M> = { readonly [K in keyof M]: ClientMethod<M[K]> };

/** How a client names its methods. */
export interface ClientOptions {
  /** Sends `Service:method`, as Apache's multiplexed servers want it; a text in place of the service's name. Default false. */
  readonly multiplexed?: boolean | string;
}

const CALLER = thing<Caller>("a channel, as `connect` gives it", { call: "function", stream: "function" });

/** What each may be. */
export const CLIENT_OPTIONS: OptionTable<ClientOptions> = {
  multiplexed: byType<boolean | string>({ boolean: flag, string: text() }),
};

/** What a call gives that creates an interaction: an object at the server, for as long as the connection lives. `using` ends it with its scope. */
export interface InteractionClient<M, R = void> extends Disposable {
  /** Its methods. When the connection is gone they fail with UNKNOWN_SESSION: create it anew. */
  readonly client: Client<M>;
  /** The first response; undefined for a method that only creates. */
  readonly response: R;
  /** Tells the server that it is no longer needed. */
  end(): void;
}

/**
 * The client of `service` over `caller`, usually a channel. Holds nothing: make as many as you like. Throws CONFIGURATION for options
 * that make no sense, and for what is not a service or not a caller.
 */
export function createClient<M>(service: Service<M>, caller: Caller, options?: ClientOptions): Client<M> {
  SERVICE.read(service, "createClient");
  CALLER.read(caller, "createClient");
  const { multiplexed } = readOptions("createClient", options, CLIENT_OPTIONS);
  const prefix = multiplexed === true ? service.name : multiplexed || undefined;
  // Without a prototype: a method may be called `constructor` or `__proto__`.
  const client = Object.create(null) as Record<string, unknown>;
  for (const [key, method] of service.methods) client[key] = stub(method, caller, prefix);
  for (const [key, interaction] of performedBy(service)) client[key] = () => performed(interaction, caller);
  return client as Client<M>;
}

function stub(method: Method, caller: Caller, prefix: string | undefined): (...args: unknown[]) => unknown {
  const wireName = prefix === undefined ? method.nameBytes : Buffer.from(`${prefix}:${method.name}`);
  if (method.creates !== undefined) return creator(method, method.creates, caller, wireName);
  return stubOf(method, caller, wireName);
}

function stubOf(method: Method, caller: Caller, wireName: Buffer): (...args: unknown[]) => unknown {
  const { arity, kind } = method;
  if (kind === "stream")
    return (...args) => caller.stream(method, wireName, args, undefined, args[arity] as CallOptions | undefined);
  if (kind === "bidi")
    return (...args) =>
      caller.stream(method, wireName, args, args[arity] as Items, args[arity + 1] as CallOptions | undefined);
  if (kind === "sink")
    return (...args) =>
      sinking(caller.stream(method, wireName, args, args[arity] as Items, args[arity + 1] as CallOptions | undefined));
  return (...args) =>
    caller.call(method, wireName, args, args.length > arity ? (args[arity] as CallOptions | undefined) : undefined);
}

function creator(
  method: Method,
  service: Service,
  caller: Caller,
  wireName: Buffer,
): (...args: unknown[]) => Promise<unknown> {
  return async (...args) => {
    const interaction = new Interaction(service.name);
    const options = within(interaction, method, args, args[method.arity]);
    const response = await caller.call(method, wireName, args, options);
    return handle(service, caller, interaction, response);
  };
}

/** Nothing is sent: the first call of the interaction creates it. */
function performed(service: Service, caller: Caller): InteractionClient<unknown> {
  return handle(service, caller, new Interaction(service.name), undefined);
}

function handle<R>(
  service: Service,
  caller: Caller,
  interaction: Interaction,
  response: R,
): InteractionClient<unknown, R> {
  const client = interactionClient(service, caller, interaction) as Client<unknown>;
  const end = (): void => interaction.end();
  return { client, response, end, [Symbol.dispose]: end };
}

/** Clients of an interaction call `Interaction.method`, and say which they mean. */
function interactionClient(service: Service, caller: Caller, interaction: Interaction): unknown {
  const client = Object.create(null) as Record<string, unknown>;
  const bound: Caller = {
    call: (method, wireName, args, options) =>
      caller.call(method, wireName, args, within(interaction, method, args, options)),
    stream: (method, wireName, args, source, options) =>
      caller.stream(method, wireName, args, source, within(interaction, method, args, options)),
  };
  for (const [key, method] of service.methods)
    client[key] = stubOf(method, bound, Buffer.from(`${service.name}.${method.name}`));
  return client;
}

/** The caller's options with the interaction; what is wrong with them fails the call, not this. */
function within(
  interaction: Interaction,
  method: Method,
  args: readonly unknown[],
  options: unknown,
): InteractionOptions {
  try {
    return { ...choicesOf(method, args, options).asOptions(), [ofInteraction]: interaction };
  } catch (error) {
    return { [unfitOptions]: { error } };
  }
}

function sinking(call: CallStream): Promise<unknown> {
  return Object.assign(call.final, { response: call.response, cancel: () => call.cancel() });
}
