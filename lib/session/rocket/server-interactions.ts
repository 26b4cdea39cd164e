/**
 * The interactions of one connection at the server: objects that a handler made, each with the methods of its IDL. Knows ids,
 * names and functions, not frames.
 */
import type { HandlerContext } from "../../call/call.ts";
import type { Dispatcher } from "../../call/dispatcher.ts";
import { keepingContext } from "../../call/items-in-context.ts";
import type { Performed, Procedure } from "../../call/procedure.ts";
import { ThriftError } from "../../errors/errors.ts";
import type { Method, Service } from "../../schema/service.ts";

/** More on one connection are refused. */
const MAX_INTERACTIONS = 1024;

/** The object that carries an interaction's methods out, by their keys. */
type Implementation = Readonly<Record<PropertyKey, unknown>>;

interface Entry {
  readonly procedures: ReadonlyMap<string, Procedure>;
  /** Calls may come before the handler has made it. */
  readonly implementation: Promise<Implementation>;
}

/** What connections without interactions share: a table of its own would cost each 200 bytes. Never written to. */
const NONE = new Map<bigint, Entry>();

export class ServerInteractions {
  readonly #dispatcher: Pick<Dispatcher, "intercept" | "code">;
  #entries = NONE;

  constructor(dispatcher: Pick<Dispatcher, "intercept" | "code">) {
    this.#dispatcher = dispatcher;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Why no interaction can be made by this call; undefined when one can. */
  refuses(method: Method, id: bigint, name: string): string | undefined {
    if (method.creates === undefined || method.creates.name !== name)
      return `method '${method.name}' creates no interaction '${name}'`;
    return this.refusesId(id);
  }

  /** Why no interaction can be made under that id; undefined when one can. */
  refusesId(id: bigint): string | undefined {
    if (id <= 0n || this.#entries.has(id)) return `interaction ${id} is there already or cannot be`;
    return this.#entries.size >= MAX_INTERACTIONS ? `${this.#entries.size} interactions on this connection` : undefined;
  }

  /** The procedure of a method that creates interaction `id`: what its handler makes is kept, the first response is the result. */
  creating(procedure: Procedure, id: bigint): Procedure {
    const { method } = procedure;
    const service = method.creates as Service;
    return {
      method,
      invoke: (args, context) => {
        const made = this.#make(procedure, args, context);
        this.#keep(
          id,
          service,
          made.then(({ interaction }) => interaction),
        );
        return made.then(({ response }) => response);
      },
    };
  }

  /** Makes one that a service performs: there at once for the next call, whatever becomes of the one that asked for it. */
  perform({ service, make }: Performed, id: bigint): void {
    this.#keep(
      id,
      service,
      Promise.resolve()
        .then(() => this.#dispatcher.code.run(make, undefined, undefined, undefined))
        .then((made) => made as Implementation),
    );
  }

  #keep(id: bigint, service: Service, implementation: Promise<Implementation>): void {
    // Its callers get the failure; perhaps there is none.
    implementation.catch(() => this.#entries.delete(id));
    if (this.#entries === NONE) this.#entries = new Map();
    this.#entries.set(id, { procedures: this.#proceduresOf(service, implementation), implementation });
  }

  #proceduresOf(service: Service, implementation: Promise<Implementation>): ReadonlyMap<string, Procedure> {
    const procedures = [...service.methods.values()].map((method): [string, Procedure] => [
      `${service.name}.${method.name}`,
      this.#dispatcher.intercept({
        method,
        invoke: (args, context) => invoke(method, implementation, args, context),
      }),
    ]);
    return new Map(procedures);
  }

  async #make(
    procedure: Procedure,
    args: unknown[],
    context: HandlerContext,
  ): Promise<{ interaction: Implementation; response: unknown }> {
    const made = (await procedure.invoke(args, context)) as Implementation;
    if (procedure.method.returns === undefined) return { interaction: made, response: undefined };
    return made as { interaction: Implementation; response: unknown };
  }

  /** The procedure named `Interaction.method`; undefined where there is no such interaction or method. */
  find(id: bigint, name: string): Procedure | undefined {
    return this.#entries.get(id)?.procedures.get(name);
  }

  has(id: bigint): boolean {
    return this.#entries.has(id);
  }

  /** Nobody needs it any more: its own `Symbol.dispose` or `Symbol.asyncDispose` is called, if it has one. */
  async end(id: bigint): Promise<void> {
    const entry = this.#entries.get(id);
    if (!this.#entries.delete(id)) return;
    const made = await entry?.implementation;
    if (made !== undefined) await this.#dispatcher.code.run(dispose, undefined, made, undefined);
  }

  /** Ends all; `onError` gets what goes wrong. */
  endAll(onError: (error: unknown) => void): void {
    for (const id of [...this.#entries.keys()]) this.end(id).catch(onError);
  }
}

async function invoke(
  method: Method,
  made: Promise<Implementation>,
  args: unknown[],
  context: HandlerContext,
): Promise<unknown> {
  const implementation = await made;
  const handler = implementation[method.key];
  if (typeof handler !== "function")
    throw new ThriftError("UNKNOWN_METHOD", `${method.key} is not implemented`, { phase: "handler" });
  const given: unknown = handler.apply(implementation, [...args, context]);
  return method.kind === "stream" || method.kind === "bidi"
    ? keepingContext(given, method.returns !== undefined)
    : given;
}

async function dispose(made: Partial<AsyncDisposable & Disposable>): Promise<void> {
  if (made[Symbol.asyncDispose] !== undefined) await made[Symbol.asyncDispose]?.();
  else made[Symbol.dispose]?.();
}
