/**
 * What a server can do: which names on the wire lead to which functions. Knows nothing of connections.
 */
import type { HandlerContext } from "../call/call.ts";
import { keepingContext } from "../call/items-in-context.ts";
import type { Performed, Procedure } from "../call/procedure.ts";
import { ThriftError } from "../errors/errors.ts";
import { func, text } from "../options/kinds.ts";
import { badOption, type OptionTable, readOptions } from "../options/options.ts";
import { type PackedFunction, packedMethod, packedProcedure } from "../packed/procedure.ts";
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
import type { Intercept } from "./intercepting.ts";
import { NameTable } from "./name-table.ts";

/** The arguments and, after them, the context; of a method that TypeScript has not seen, any. */
// biome-ignore lint/suspicious/noExplicitAny: nothing is known of such a method's arguments.
type WithContext<A extends readonly unknown[]> = any[] extends A ? any[] : [...A, context: HandlerContext];

/** What callers may leave out does not matter here. */
type Given = readonly unknown[];

/** The function behind a method: the declared arguments by position, then the context. It may be async. */
export type Handler<M> =
  M extends UnaryMethod<infer A, infer R, Given>
    ? (...args: WithContext<A>) => Answer<R>
    : M extends OnewayMethod<infer A, Given>
      ? (...args: WithContext<A>) => void | Promise<void>
      : M extends StreamMethod<infer A, infer T, infer R, Given>
        ? (...args: WithContext<A>) => StreamAnswer<R, T>
        : M extends SinkMethod<infer A, infer T, infer F, infer R, Given>
          ? (...args: [...A, items: AsyncIterableIterator<T>, context: HandlerContext]) => Sink<R, F>
          : M extends BidiMethod<infer A, infer T, infer U, infer R, Given>
            ? (...args: [...A, items: AsyncIterableIterator<T>, context: HandlerContext]) => StreamAnswer<R, U>
            : M extends Performs<infer I>
              ? () => Maybe<Implementation<I>>
              : never;

/** What the handler of a unary method gives: the result, or the handlers of the interaction that the call creates. */
type Answer<R> = IsAny<R> extends true ? R : [R] extends [Created<infer I, infer F>] ? Maybe<Creation<I, F>> : Maybe<R>;

type Creation<I, F> = [F] extends [void]
  ? Implementation<I>
  : { readonly response: F; readonly interaction: Implementation<I> };

/** `any` is what a method has that TypeScript has not seen; it would fit every case. */
type IsAny<T> = 0 extends 1 & T ? true : false;

type Elements<T> = AsyncIterable<T> | Iterable<T>;
type Maybe<T> = T | Promise<T>;

/** What the handler of a stream gives: its elements, usually an async generator; with the first response where the method has one. */
export type StreamAnswer<R, T> = [R] extends [void]
  ? Maybe<Elements<T>>
  : Maybe<{ readonly response: R; readonly stream: Elements<T> }>;

/** What the handler of a sink gives: the final response, when it has read its items; with the first response where the method has one. */
export type Sink<R, F> = [R] extends [void] ? Maybe<F> : Maybe<{ readonly response: R; readonly final: Maybe<F> }>;

/** The handlers of a service by key; methods of an object, `this` included, do as well. */
export type Implementation<M> = { readonly [K in keyof M]: Handler<M[K]> };

/** Under which name a service is registered. */
export interface AddOptions {
  /** What stands before the colon in Apache's multiplexed names. Default: the service's name. */
  readonly name?: string;
}

/** What each may be. */
export const ADD_OPTIONS: OptionTable<AddOptions> = { name: text() };
const NAME = text();
const FUNCTION = func<PackedFunction>();

/** What `serve` hands to its second argument to be filled. */
export class Registry {
  readonly #procedures = new Map<string, Procedure>();
  readonly #performed = new Map<string, Performed>();

  /**
   * Answers the methods of `service`, inherited ones included, by `method`, `Service:method` and `:method`. Where two services
   * have a method of the same name, the plain name belongs to the one that was added first. Throws CONFIGURATION when a method
   * has no function, the service is none or there already, or an option makes no sense.
   */
  add<M>(service: Service<M>, implementation: Implementation<M>, options?: AddOptions): this {
    SERVICE.read(service, "add");
    const { name: prefix = service.name } = readOptions("add", options, ADD_OPTIONS);
    if (implementation === null || !["object", "function"].includes(typeof implementation))
      throw badOption(`implementation of ${prefix}`, "an object with a function for each method", implementation);
    for (const [key, method] of service.methods) {
      const invoke = streaming(method, invoker(method, handlerOf(service, key, implementation), implementation));
      const procedure = { method, invoke };
      this.#set(`${prefix}:${method.name}`, procedure);
      if (!this.#procedures.has(method.name)) this.#procedures.set(method.name, procedure);
      // Apache's C++ server takes an empty service for the default one.
      if (!this.#procedures.has(`:${method.name}`)) this.#procedures.set(`:${method.name}`, procedure);
    }
    for (const [key, interaction] of performedBy(service)) {
      const make = handlerOf(service, key, implementation);
      if (!this.#performed.has(interaction.name))
        this.#performed.set(interaction.name, { service: interaction, make: () => make.call(implementation) });
    }
    return this;
  }

  /**
   * Answers `name` without an IDL: arguments and result are any JavaScript values, packed with msgpackr inside a standard Thrift
   * message. The function gets them by position, then the context. Called with `channel.invoke`.
   */
  procedure(name: string, fn: PackedFunction): this {
    const method = packedMethod(NAME.read(name, "procedure name"));
    this.#set(name, { method, invoke: packedProcedure(FUNCTION.read(fn, `procedure ${name}`)) });
    return this;
  }

  #set(name: string, procedure: Procedure): void {
    if (this.#procedures.has(name)) throw new ThriftError("CONFIGURATION", `${name} is registered already`);
    this.#procedures.set(name, procedure);
  }

  /** The interaction of that name, if a service performs it: of two, the one that was added first. */
  performed(name: string): Performed | undefined {
    return this.#performed.get(name);
  }

  /** Every procedure by each of its names, for `find`; within the interceptors, if there are any. */
  table(intercept: Intercept = (procedure) => procedure): NameTable<Procedure> {
    const intercepted = new Map([...new Set(this.#procedures.values())].map((one) => [one, intercept(one)]));
    return new NameTable(
      new Map([...this.#procedures].map(([name, one]) => [name, intercepted.get(one) as Procedure])),
    );
  }
}

function handlerOf<M>(
  service: Service<M>,
  key: string,
  implementation: Implementation<M>,
): (...args: unknown[]) => unknown {
  // Reflect.get walks the prototype chain, so classes work; what every object inherits is no implementation.
  const handler: unknown =
    key in Object.prototype && !isOwnDeep(implementation as object, key)
      ? undefined
      : Reflect.get(implementation as object, key);
  if (typeof handler === "function") return handler as (...args: unknown[]) => unknown;
  throw new ThriftError("CONFIGURATION", `${service.name}.${key} is not implemented`);
}

function isOwnDeep(object: object, key: string): boolean {
  for (
    let o: object | null = object;
    o !== null && o !== Object.prototype;
    o = Object.getPrototypeOf(o) as object | null
  ) {
    if (!Object.hasOwn(o, key)) continue;
    // A class's own `constructor` is the class.
    return key !== "constructor" || o === object;
  }
  return false;
}

/** Lets the source of a stream run in the context in which its handler was called. */
function streaming(method: Method, invoke: Procedure["invoke"]): Procedure["invoke"] {
  if (method.kind !== "stream" && method.kind !== "bidi") return invoke;
  const opened = method.returns !== undefined;
  return (args, context) => keepingContext(invoke(args, context), opened);
}

/** Calls `handler` with as many arguments as the method has, the caller's items if it sends any, and the context, without spreading the usual few. */
function invoker(
  method: Method,
  handler: (...args: unknown[]) => unknown,
  implementation: unknown,
): Procedure["invoke"] {
  switch (method.kind === "sink" || method.kind === "bidi" ? method.arity + 1 : method.arity) {
    case 0:
      return (_args, context) => handler.call(implementation, context);
    case 1:
      return (args, context) => handler.call(implementation, args[0], context);
    case 2:
      return (args, context) => handler.call(implementation, args[0], args[1], context);
    default:
      return (args, context) => {
        args.push(context);
        return handler.apply(implementation, args);
      };
  }
}
