/**
 * What client and server see of a conversation, whichever protocol family it is: classic Thrift, or Rocket. Knows no bytes.
 */
import type { Buffer } from "node:buffer";
import type { HandlerContext } from "../call/call.ts";
import type { UserCode } from "../call/user-code.ts";
import type { ConnectionError } from "../errors.ts";
import type { Method, Service } from "../schema/service.ts";
import type { ClientCall } from "./client-call.ts";
import type { Load, LoadLimits } from "./load.ts";

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
  /** The server turned the call away without having begun it, for it is about to stop, as `refusal` says: the call is the owner's again if that gives true. */
  onCallBack(call: ClientCall, refusal: Error): boolean;
  /** The server is about to stop and begins nothing new: the session is retired, who goes on calling needs another. `served`: it has answered a call before. */
  onLeaving(session: ClientSession, served: boolean): void;
  /** The session is gone. `unsent`: calls of which no byte was sent, in their order; they are the owner's again. */
  onSessionClose(session: ClientSession, unsent: readonly ClientCall[], end: ClientSessionEnd): void;
}

/** The answering side of one connection. */
export interface ServerSession {
  /** When it last began something, in the platform's milliseconds, if nothing is left of that; undefined while it has work, ends, or must not go. */
  readonly restingSince: number | undefined;
  /** Takes no more calls and ends the connection with the last answer. */
  finish(): void;
  /** Closes at once. */
  destroy(cause: Error): void;
}

/** A method with what carries it out. */
export interface Procedure {
  readonly method: Method;
  /** Calls the handler: a value, a promise for one, or it throws. */
  invoke(args: unknown[], context: HandlerContext): unknown;
}

/** An interaction that a service performs. */
export interface Performed {
  readonly service: Service;
  /** What carries its methods out, for one caller; or a promise for it, or it throws. */
  make(): unknown;
}

/** What a server session needs of the server. */
export interface Dispatcher {
  /** The procedure that is named by bytes [start, end) of `buf`. */
  find(buf: Buffer, start: number, end: number): Procedure | undefined;
  /** The interaction of that name, if it is performed here. */
  performed(name: string): Performed | undefined;
  /** `procedure` behind what stands around every call; those that `find` gives are behind it already. */
  intercept(procedure: Procedure): Procedure;
  /** What users wrote is run by this. */
  readonly code: UserCode;
  readonly load: Load;
  readonly limits: ServerLimits;
  readonly replyOrder: ReplyOrder;
  /** True when new calls are refused because the server is about to stop. */
  readonly draining: boolean;
  /** An error that no caller will see. Never throws. */
  reportError(error: unknown, context: HandlerContext | undefined): void;
  /** The session is gone. */
  onSessionClose(session: ServerSession): void;
}

/** `auto`: replies leave as they come, until a client has two calls with the same seqid in flight; from then on in the order of its calls. */
export type ReplyOrder = "auto" | "ordered" | "unordered";

/** What one server admits. */
export interface ServerLimits extends LoadLimits {
  /** Calls in flight on one connection, without streams; more are refused. Default 32,768. */
  readonly maxConnectionCalls: number;
  /** Calls in flight on all connections, without streams; more are refused. Default 65,536. */
  readonly maxCalls: number;
  /** Streams, sinks and bidirectional calls on all connections; for one more a stream ends that has long waited for credit, or it is refused. Default 65,536. */
  readonly maxAllStreams: number;
  /** Milliseconds that the client of an open sink or bidirectional call may send nothing though it has credit; then it ends with STREAM_IDLE. Default Infinity. */
  readonly streamIdleTimeoutMs: number;
  /** Bytes of requests in flight on one connection; at more it is not read. Default 32 MiB. */
  readonly maxConnectionRequestBytes: number;
  /** Bytes of requests in flight on all connections; at more, further calls are refused. Default 256 MiB. */
  readonly maxRequestBytes: number;
}
