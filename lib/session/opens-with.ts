/** A family's sessions, loaded when the first is needed: a program that speaks one protocol need not load the others. */
import type { Lazy } from "../platform/lazy.ts";
import type { Dialer } from "../transport/transport.ts";
import type { Conversation } from "./family.ts";
import type { OpenSession } from "./session.ts";

/** Dials as `dialer` does, and has the sessions loaded before the first transport is there. */
export function opensWith<T>(dialer: Dialer, sessions: Lazy<T>, openerOf: (sessions: T) => OpenSession): Conversation {
  let open: OpenSession | undefined;
  const opener = (): OpenSession => (open ??= openerOf(sessions.loaded as T));
  return {
    dialer: {
      target: dialer.target,
      dial: (platform, signal) =>
        sessions.loaded === undefined
          ? sessions.load().then(() => dialer.dial(platform, signal))
          : dialer.dial(platform, signal),
    },
    open: (transport, owner) => opener()(transport, owner),
  };
}
