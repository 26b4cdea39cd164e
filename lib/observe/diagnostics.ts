/**
 * What the runtime tells through `node:diagnostics_channel`: the names and what is published under them. Nothing is built
 * unless somebody has subscribed. Knows no connection and no call.
 */
import { type Channel, channel } from "node:diagnostics_channel";

/** `scrimp:connection:open`, `scrimp:connection:close`: a connection began or ended. */
export interface ConnectionEvent {
  readonly side: "client" | "server";
  readonly peer: string;
  /** Framing and protocol, as in `framed compact`; undefined while a server does not know them. */
  readonly conversation: string | undefined;
  /** Only on close, and only if something went wrong. */
  readonly error?: Error | undefined;
  /** Only on close: bytes handed to the transport, and bytes that came. */
  readonly sentBytes?: number;
  readonly receivedBytes?: number;
}

/** `scrimp:client:call`, `scrimp:server:call`: a call came to its end. */
export interface CallEvent {
  readonly method: string;
  readonly peer: string;
  /** Milliseconds, from when the call began here. */
  readonly elapsedMs: number;
  /** Absent when it gave a result. */
  readonly error?: unknown;
}

/** `scrimp:server:refused`: a connection or call was turned away. */
export interface RefusedEvent {
  readonly peer: string;
  readonly reason: string;
  /** Absent when a connection was refused. */
  readonly method?: string;
}

/** `scrimp:client:dial`: an attempt to connect failed; over UDP, the network has said that datagrams do not arrive. */
export interface DialEvent {
  readonly target: string;
  /** Which attempt in a row, from 1. */
  readonly attempt: number;
  readonly error: Error;
  /** Until the next attempt, if somebody waits. */
  readonly backoffMs: number;
}

// One channel for each event above; `hasSubscribers` is to be asked before an event is built.
export const connectionOpened: Channel<unknown, ConnectionEvent> = channel("scrimp:connection:open") as Channel<
  unknown,
  ConnectionEvent
>;
export const connectionClosed: Channel<unknown, ConnectionEvent> = channel("scrimp:connection:close") as Channel<
  unknown,
  ConnectionEvent
>;
export const clientCall: Channel<unknown, CallEvent> = channel("scrimp:client:call") as Channel<unknown, CallEvent>;
export const serverCall: Channel<unknown, CallEvent> = channel("scrimp:server:call") as Channel<unknown, CallEvent>;
export const serverRefused: Channel<unknown, RefusedEvent> = channel("scrimp:server:refused") as Channel<
  unknown,
  RefusedEvent
>;
export const clientDial: Channel<unknown, DialEvent> = channel("scrimp:client:dial") as Channel<unknown, DialEvent>;
