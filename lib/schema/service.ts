/**
 * Services and methods: what a call is named, takes and gives, as live types. It knows neither bytes nor who calls. What is
 * imported here gets into every bundle of generated code, a browser's too: nothing of Node.
 */
import type { MethodSchema, ServiceSchema } from "./schema.ts";
import type { Field, Type, WrittenCodecs } from "./types.ts";

export type MethodKind = "unary" | "oneway" | "stream" | "sink" | "bidi";

/**
 * Type of a method with one answer, as generated tables state it; no object of this shape exists. Handlers get the arguments
 * `A`; callers give `G`, which differs where an argument with a default may be left out.
 */
export interface UnaryMethod<A extends readonly unknown[], R, G extends readonly unknown[] = A> {
  readonly kind: "unary";
  readonly args: A;
  readonly given: G;
  readonly returns: R;
}

/** Type of a method without an answer. */
export interface OnewayMethod<A extends readonly unknown[], G extends readonly unknown[] = A> {
  readonly kind: "oneway";
  readonly args: A;
  readonly given: G;
}

/** Type of a method that answers with elements `T`, after a first response `R`. */
export interface StreamMethod<A extends readonly unknown[], T, R = void, G extends readonly unknown[] = A> {
  readonly kind: "stream";
  readonly args: A;
  readonly given: G;
  readonly element: T;
  readonly returns: R;
}

/** Type of a method that takes elements `T` and ends with a final response `F`, after a first response `R`. */
export interface SinkMethod<A extends readonly unknown[], T, F, R = void, G extends readonly unknown[] = A> {
  readonly kind: "sink";
  readonly args: A;
  readonly given: G;
  readonly sends: T;
  readonly final: F;
  readonly returns: R;
}

/** Type of a method that takes elements `T` and answers with elements `U`, after a first response `R`. */
export interface BidiMethod<A extends readonly unknown[], T, U, R = void, G extends readonly unknown[] = A> {
  readonly kind: "bidi";
  readonly args: A;
  readonly given: G;
  readonly sends: T;
  readonly element: U;
  readonly returns: R;
}

/** First response `R` of a call that creates an interaction with the methods `M`; no object of this shape exists. */
export interface Created<M, R = void> {
  readonly methods: M;
  readonly returns: R;
}

/** Type of what creates an interaction that a service performs, with the methods `M`; no object of this shape exists. */
export interface Performs<M> {
  readonly kind: "performs";
  readonly methods: M;
}

/** What comes back: a value (undefined: void) or one of the declared exceptions. On the wire a struct with the value as field 0. */
export interface ResultShape {
  /** Functions written at build time, by protocol. */
  readonly codecs: WrittenCodecs | undefined;
  readonly type: Type | undefined;
  readonly throws: readonly Field[];
}

/** A method as linked from its schema; equal methods of a derived service are the same object. */
export interface Method {
  /** As in the IDL and on the wire. */
  readonly name: string;
  /** The property in JavaScript. */
  readonly key: string;
  readonly kind: MethodKind;
  /** Number of declared arguments; what follows them in a call is its options. */
  readonly arity: number;
  readonly idempotent: boolean;
  /** The name in UTF-8. */
  readonly nameBytes: Buffer;
  /** The service that declares it, not one that inherits it. */
  readonly service: Service;
  readonly schema: MethodSchema;
  readonly args: readonly Field[];
  /** Functions for the arguments that were written at build time, by protocol. */
  readonly argsCodecs: WrittenCodecs | undefined;
  /** Undefined for void. With `stream` or `sink`: type of the first response. */
  readonly returns: Type | undefined;
  readonly throws: readonly Field[];
  readonly result: ResultShape;
  readonly stream: ResultShape | undefined;
  readonly sink: ResultShape | undefined;
  /** Final response of a sink. */
  readonly final: ResultShape | undefined;
  /** The interaction that this method creates. */
  readonly creates: Service | undefined;
  /** Where lib/codec keeps what it made of this method, by `Protocol.index`; nobody else looks into it. */
  readonly codecSlots: unknown[];
}

/** A service; `M` maps keys to method types and does not exist at run time. */
export interface Service<M = unknown> {
  readonly $methods?: M;
  readonly kind: "service" | "interaction";
  readonly name: string;
  /** Name of the module that declares it. */
  readonly module: string;
  readonly schema: ServiceSchema;
  readonly extends: Service | undefined;
  /** Own and inherited methods by key. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Interactions that this service performs. */
  readonly performs: readonly Service[];
}

/** The property that creates an interaction where a service performs it: `createSession`. */
export function creationKey(interaction: string): string {
  return `create${interaction}`;
}

/** The interactions that `service` or a parent of it performs, by the property that creates one. A method of that key goes before. */
export function performedBy(service: Service): ReadonlyMap<string, Service> {
  const performed = new Map(service.extends === undefined ? [] : performedBy(service.extends));
  for (const interaction of service.performs) performed.set(creationKey(interaction.name), interaction);
  for (const key of service.methods.keys()) performed.delete(key);
  return performed;
}

/** How a service and its methods reach other names; called once each, when first needed. */
export interface ServiceLinks {
  readonly service: (name: string) => Service;
  readonly type: (schema: NonNullable<MethodSchema["returns"]>) => Type;
  readonly fields: (schemas: MethodSchema["args"], where: string) => readonly Field[];
  readonly codecs: (name: string) => WrittenCodecs | undefined;
}

/** The live service of `schema`. */
export function linkService(module: string, schema: ServiceSchema, links: ServiceLinks): Service {
  return new LinkedService(module, schema, links);
}

class LinkedService implements Service {
  readonly kind: "service" | "interaction";
  readonly name: string;
  readonly module: string;
  readonly schema: ServiceSchema;
  readonly #links: ServiceLinks;
  #methods: ReadonlyMap<string, Method> | undefined;

  constructor(module: string, schema: ServiceSchema, links: ServiceLinks) {
    this.kind = schema.kind;
    this.name = schema.name;
    this.module = module;
    this.schema = schema;
    this.#links = links;
  }

  get extends(): Service | undefined {
    return this.schema.extends === undefined ? undefined : this.#links.service(this.schema.extends);
  }

  get performs(): readonly Service[] {
    return (this.schema.performs ?? []).map(this.#links.service);
  }

  get methods(): ReadonlyMap<string, Method> {
    this.#methods ??= this.#collect();
    return this.#methods;
  }

  #collect(): ReadonlyMap<string, Method> {
    const methods = new Map<string, Method>(this.extends?.methods);
    for (const schema of this.schema.methods) {
      const method = new LinkedMethod(this, schema, this.#links);
      methods.set(method.key, method);
    }
    return methods;
  }
}

class LinkedMethod implements Method {
  readonly name: string;
  readonly key: string;
  readonly kind: MethodKind;
  readonly arity: number;
  readonly idempotent: boolean;
  readonly service: Service;
  readonly schema: MethodSchema;
  readonly codecSlots: unknown[] = [];
  readonly #links: ServiceLinks;
  #nameBytes: Buffer | undefined;
  #args: readonly Field[] | undefined;
  #shapes: Partial<Record<"result" | "stream" | "sink" | "final", ResultShape>> = {};

  constructor(service: Service, schema: MethodSchema, links: ServiceLinks) {
    this.service = service;
    this.schema = schema;
    this.name = schema.name;
    this.key = schema.key ?? schema.name;
    this.kind = methodKind(schema);
    this.arity = schema.args.length;
    this.idempotent = schema.idempotent ?? false;
    this.#links = links;
  }

  get nameBytes(): Buffer {
    this.#nameBytes ??= Buffer.from(this.name);
    return this.#nameBytes;
  }

  get args(): readonly Field[] {
    this.#args ??= this.#links.fields(this.schema.args, this.name);
    return this.#args;
  }

  get argsCodecs(): WrittenCodecs | undefined {
    return this.#codecs("args");
  }

  get result(): ResultShape {
    return this.#shape("result", this.schema.returns, this.schema.throws);
  }

  get returns(): Type | undefined {
    return this.result.type;
  }

  get throws(): readonly Field[] {
    return this.result.throws;
  }

  get stream(): ResultShape | undefined {
    const stream = this.schema.stream;
    return stream && this.#shape("stream", stream.type, stream.throws);
  }

  get sink(): ResultShape | undefined {
    const sink = this.schema.sink;
    return sink && this.#shape("sink", sink.type, sink.throws);
  }

  get final(): ResultShape | undefined {
    const final = this.schema.sink?.final;
    return final && this.#shape("final", final.type, final.throws);
  }

  get creates(): Service | undefined {
    return this.schema.creates === undefined ? undefined : this.#links.service(this.schema.creates);
  }

  #codecs(part: string): WrittenCodecs | undefined {
    return this.#links.codecs(`${this.service.name}.${this.name} ${part}`);
  }

  #shape(
    slot: "result" | "stream" | "sink" | "final",
    type: MethodSchema["returns"],
    throws: MethodSchema["throws"],
  ): ResultShape {
    this.#shapes[slot] ??= {
      codecs: this.#codecs(slot),
      type: type === undefined ? undefined : this.#links.type(type),
      throws: this.#links.fields(throws ?? [], this.name),
    };
    return this.#shapes[slot];
  }
}

function methodKind(schema: MethodSchema): MethodKind {
  if (schema.oneway) return "oneway";
  if (schema.sink) return schema.stream ? "bidi" : "sink";
  return schema.stream ? "stream" : "unary";
}
