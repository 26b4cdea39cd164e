/** A family's sessions, loaded when the first is needed: a program that speaks one protocol need not load the others. */

import type { Dialer } from "../transport/transport.ts";
import type { Conversation } from "./family.ts";
import type { OpenSession } from "./session.ts";

/** Something that is loaded once, and is at hand from then on. */
export class Lazy<T> {
  loaded: T | undefined = undefined;
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Rejects as the import does; the next call tries again. */
  load(): Promise<T> {
    this.#loading ??= this.#load().then(
      (loaded) => (this.loaded = loaded),
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }
}

/** Dials as `dialer` does, and has the sessions loaded before the first transport is there. */
export function opensWith<T>(dialer: Dialer, sessions: Lazy<T>, openerOf: (sessions: T) => OpenSession): Conversation {
  let open: OpenSession | undefined;
  return {
    dialer: {
      target: dialer.target,
      async dial(platform, signal) {
        open ??= openerOf(sessions.loaded ?? (await sessions.load()));
        return await dialer.dial(platform, signal);
      },
    },
    open: (transport, owner) => (open as OpenSession)(transport, owner),
  };
}
