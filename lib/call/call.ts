/**
 * What a call carries besides its arguments, on both sides. Knows no wire and no connection.
 */
import type { Buffer } from "node:buffer";
import { ThriftError } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import type { PeerIdentity } from "../platform/platform.ts";
import type { Method } from "../schema/service.ts";

/** No headers at all, shared. */
export const NO_HEADERS: CallHeaders = new Map();

/** Last argument of every client method, after the declared ones. */
export interface CallOptions {
  /**
   * Milliseconds from now until the call fails with DEADLINE unless it has ended: for a stream, sink or bidirectional call with its
   * last item or final response. Infinity for no limit; 0 or less fails at once, `unsent`. Default: the channel's, 30,000.
   */
  readonly timeoutMs?: number;
  /** `response`: for a call with items `timeoutMs` bounds its first response only, as fbthrift's clients have it. Default `call`: the whole. */
  readonly timeoutBounds?: "call" | "response";
  /**
   * Milliseconds for which the server may let an open stream, sink or bidirectional call wait: then it fails with STREAM_IDLE. Time
   * in which items wait to be read, or the server waits for ours, does not count. More than 0; default Infinity: `timeoutMs` bounds it.
   */
  readonly idleTimeoutMs?: number;
  /** Abandons the call when it aborts: it fails with CANCELLED, and a late reply is dropped. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the call may wait at the server before it starts, over Rocket; elsewhere UNSUPPORTED. Default, and 0: the server's. */
  readonly queueTimeoutMs?: number;
  /** Gets the headers of the reply, if any came, before the result, in the caller's async context. What it throws fails the call; a promise is not waited for. */
  readonly onHeaders?: (headers: CallHeaders) => void;
  /** The context of a handler that makes this call for its own: no more time than that has left, its signal as well as `signal`. */
  readonly inherit?: HandlerContext;
  /** Sent along. Framed and unframed connections cannot carry them: the call then fails with UNSUPPORTED, unsent. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Last argument of every handler. */
export interface HandlerContext {
  /** Who called: `host:port`, `unix:/path` or `memory`. */
  readonly peer: string;
  /** Who the caller has proven to be, where the listener asks for client certificates. */
  readonly identity?: PeerIdentity | undefined;
  readonly method: Method;
  readonly headers: CallHeaders;
  /** Aborts when nobody waits for the result any more: the connection is gone, or the server closes. Made on first use. */
  readonly signal: AbortSignal;
  /** Milliseconds until the caller gives up; Infinity when it did not say. */
  timeLeftMs(): number;
  /**
   * Sends a header along with the reply, or the first response of a stream; the last value of a name counts. Throws UNSUPPORTED where the
   * connection cannot carry it, INVALID_ARGUMENT for text that not every protocol carries as it is, for more than 1,000 headers or
   * 65,432 bytes of them, and when the answer is already on its way.
   */
  setReplyHeader(name: string, value: string): void;
}

/** A call as interceptors see it, on either side. Hand on a changed copy to change what follows. */
export interface Call {
  readonly side: "client" | "server";
  readonly method: Method;
  /** The method's name as it stands in the message: after `Service:` where services are multiplexed. */
  readonly wireName: Buffer;
  /** The declared arguments, by position. */
  readonly args: readonly unknown[];
  /** What the caller chose; empty on the server. */
  readonly options: CallOptions;
  /** The handler's context; undefined on the client. */
  readonly context: HandlerContext | undefined;
  /** On the client, for a stream, sink or bidirectional call: its items, to be handed on as they are. The result is the first response. */
  readonly stream?: object | undefined;
  /** On the server: what carries the call out, to be handed on as it is. */
  readonly procedure?: object | undefined;
}

/** What `setReplyHeader` throws where no headers can travel. */
export function noReplyHeader(name: string): ThriftError {
  return new ThriftError("UNSUPPORTED", `reply header ${name}: this connection carries no headers`, {
    delivery: "unknown",
    phase: "handler",
  });
}
