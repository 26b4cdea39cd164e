/** The methods of procedures that a channel was asked to invoke, by name: each is made once. Knows no calls. */
import { ThriftError } from "../errors/errors.ts";
import { packedMethod } from "../packed/procedure.ts";
import type { Method } from "../schema/service.ts";
import { isWellFormed } from "../wire/utf8.ts";

/** Procedures whose methods are kept. */
const MAX_PROCEDURES = 1_024;

export class InvokedProcedures {
  readonly #methods = new Map<string, Method>();

  /** Throws INVALID_ARGUMENT, unsent, for what is not a name. */
  method(name: string): Method {
    let method = this.#methods.get(name);
    if (method !== undefined) return method;
    // A lone surrogate would travel as U+FFFD, which is another name.
    if (typeof name !== "string" || name === "" || !isWellFormed(name)) throw badName(name);
    method = packedMethod(name);
    // Names that callers make up must not fill the memory.
    if (this.#methods.size >= MAX_PROCEDURES) this.#methods.clear();
    this.#methods.set(name, method);
    return method;
  }
}

function badName(name: unknown): ThriftError {
  const got = typeof name === "string" ? JSON.stringify(name) : typeof name;
  return new ThriftError("INVALID_ARGUMENT", `invoke: expected the name of a procedure, got ${got}`, {
    delivery: "unsent",
    phase: "encode",
  });
}
