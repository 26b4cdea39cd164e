/**
 * An interaction as its caller holds it: an object at the server that lives as long as one connection does. Knows which session
 * it was begun on, and nothing of the wire.
 *
 *     new → begun (on a session, by the call that creates it) → ended
 */
import type { CallOptions } from "./call.ts";
import type { CallInteraction, ClientCall, InteractionFields, InteractionSession } from "./client-call.ts";

/** Where a call's options say which interaction it belongs to: clients of interactions put it there. */
export const ofInteraction: unique symbol = Symbol("ofInteraction");
/** Where they say instead what is wrong with the caller's own options: whatever carries the call out fails it. */
export const unfitOptions: unique symbol = Symbol("unfitOptions");

/** Options of a call within an interaction. */
export interface InteractionOptions extends CallOptions {
  readonly [ofInteraction]?: Interaction | undefined;
  readonly [unfitOptions]?: { readonly error: unknown };
}

export class Interaction implements CallInteraction {
  /** As in the IDL. */
  readonly name: string;
  #session: InteractionSession | undefined;
  #id = 0n;
  #creator: ClientCall | undefined;
  #ended = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Where its calls must go; undefined before the first. */
  get session(): InteractionSession | undefined {
    return this.#session;
  }

  /** Whether `call` may go out on `session`: the first call binds the interaction to it, the others must follow it there. */
  admits(session: InteractionSession, call: ClientCall, nextId: () => bigint): boolean {
    if (this.#ended) return false;
    if (this.#session !== undefined && call !== this.#creator) return this.#session === session;
    this.#session = session;
    this.#id = nextId();
    this.#creator = call;
    return true;
  }

  /** The call was not written: if it was to create the interaction, the next one does. */
  forget(call: ClientCall): void {
    if (call === this.#creator) this.#session = this.#creator = undefined;
  }

  /** How `call` names it. */
  fieldsFor(call: ClientCall): InteractionFields {
    return call === this.#creator ? { create: { id: this.#id, name: this.name } } : { interactionId: this.#id };
  }

  /** Harmless when it has ended. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#session?.terminate(this.#id);
  }
}
