/**
 * What client and server see of a conversation, whichever protocol family it is: classic Thrift, or Rocket. Knows no bytes.
 */
import type { ClientCall } from "../call/client-call.ts";
import type { Dispatcher } from "../call/dispatcher.ts";
import type { ConnectionError } from "../errors/errors.ts";
import type { Transport } from "../transport/transport.ts";

/** The calling side of one connection. */
export interface ClientSession {
  /** False when it should get no new calls: it ends, has no ids left, or its peer has fallen silent. */
  readonly usable: boolean;
  /** The platform's time, taken once a tick. */
  now(): number;
  /** What to tell calls that wait although there is a connection: the server has not taken the conversation up yet. */
  readonly silence?: Error | undefined;
  /** Takes the call; false, and the call is untouched, when there is no room or it is not usable. */
  send(call: ClientCall): boolean;
  /** Takes no more calls, waits for those it has, then closes. */
  retire(): void;
  /** Closes at once; `cause` is what waiting calls are told. */
  destroy(cause: Error): void;
}

/** How a client's connection came to its end. */
export interface ClientSessionEnd {
  /** The server had taken the conversation up. */
  readonly heard: boolean;
  readonly error: ConnectionError;
  /** Another attempt would end the same: the server has refused the conversation, or holds another. */
  readonly hopeless: boolean;
}

/** Who owns client sessions. */
export interface ClientSessionOwner {
  /** There may be room for calls again. */
  onRoom(session: ClientSession): void;
  /** The server turned the call away without having begun it, because it is about to stop, as `refusal` says. Returns true if the owner took the call back. */
  onCallBack(call: ClientCall, refusal: Error): boolean;
  /** The server is about to stop and begins nothing new: the session is retired; further calls need another. `served`: it has answered a call before. */
  onLeaving(session: ClientSession, served: boolean): void;
  /** The session is gone. `unsent`: calls of which no byte was sent, in their order; they are the owner's again. */
  onSessionClose(session: ClientSession, unsent: readonly ClientCall[], end: ClientSessionEnd): void;
}

/** Opens a session on a transport: the one place where a channel learns what is spoken. */
export type OpenSession = (transport: Transport, owner: ClientSessionOwner) => ClientSession;

/** The answering side of one connection. */
export interface ServerSession {
  /** When it last began something, in the platform's milliseconds, if nothing is left of that; undefined while it has work, ends, or must not go. */
  readonly restingSince: number | undefined;
  /** Takes no more calls and ends the connection with the last answer. */
  finish(): void;
  /** Closes at once. */
  destroy(cause: Error): void;
}

/** Who owns server sessions. */
export interface ServerSessionOwner extends Dispatcher {
  /** The session is gone. */
  onSessionClose(session: ServerSession): void;
}
