/**
 * Typed clients: an object with a function for each method of a service. There is no generated client class; knows no wire.
 */
import { Buffer } from "node:buffer";
import type { CallOptions } from "../call/call.ts";
import type { Method, OnewayMethod, Service, UnaryMethod } from "../schema/service.ts";
import type { Caller } from "./channel.ts";

/** A method as its caller sees it: the declared arguments by position, then the options. */
export type ClientMethod<M> = M extends UnaryMethod<infer A, infer R>
  ? (...args: [...A, options?: CallOptions]) => Promise<R>
  : M extends OnewayMethod<infer A>
    ? (...args: [...A, options?: CallOptions]) => Promise<void>
    : never;

/** The methods of a service, `M` as generated code states it. */
export type Client<M> = { readonly [K in keyof M]: ClientMethod<M[K]> };

export interface ClientOptions {
  /** Sends `Service:method`, as Apache's multiplexed servers want it; a text in place of the service's name. Default false. */
  readonly multiplexed?: boolean | string;
}

/** The client of `service` over `caller`, usually a channel. Holds nothing: make as many as you like. */
export function createClient<M>(service: Service<M>, caller: Caller, options: ClientOptions = {}): Client<M> {
  const prefix = options.multiplexed === true ? service.name : options.multiplexed || undefined;
  // Without a prototype: a method may be called `constructor` or `__proto__`.
  const client = Object.create(null) as Record<string, unknown>;
  for (const [key, method] of service.methods) client[key] = stub(method, caller, prefix);
  return client as Client<M>;
}

function stub(method: Method, caller: Caller, prefix: string | undefined): (...args: unknown[]) => Promise<unknown> {
  const wireName = prefix === undefined ? method.nameBytes : Buffer.from(`${prefix}:${method.name}`);
  const { arity } = method;
  return (...args) => caller.call(method, wireName, args, args.length > arity ? (args[arity] as CallOptions | undefined) : undefined);
}
