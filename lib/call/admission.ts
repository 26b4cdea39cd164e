/** Why a server refuses a call or a stream. Every protocol family asks here, so that all ask in the same order. */
import type { ErrorCode } from "../errors/errors.ts";
import type { AdmissionLimits } from "./admission-limits.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { HostShare } from "./host-shares.ts";

/** Why a call is not begun, to be told to its caller as it stands. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What a session has in flight. */
export interface InFlight {
  readonly size: number;
  /** Bytes of the requests of all of them. */
  readonly requestBytes: number;
  /** What its host has in flight, on other connections too. */
  readonly share: HostShare;
}

/** Streams that may be open beyond `maxAllStreams`, in place of those that were ended for them and whose handlers still run. */
const MAX_LEAVING_STREAMS = 1024;

/**
 * Why nothing new is begun; undefined while calls are. `parting`: the session itself is about to end. Oneway calls that cross the farewell
 * are not asked about here: there is no way to tell their client to go elsewhere.
 */
export function partingRefusal({ draining }: Dispatcher, parting: boolean): Refusal | undefined {
  return draining || parting ? { code: "SHUTTING_DOWN", reason: "server is shutting down" } : undefined;
}

/** Why a unary or oneway call is not taken in, beside `calls` of its session; undefined when there is room. */
export function callRefusal({ load, limits }: Dispatcher, calls: InFlight): Refusal | undefined {
  if (calls.size >= limits.maxConnectionCalls) return overloaded(`${calls.size} calls in flight on this connection`);
  if (load.requestBytes >= limits.maxRequestBytes)
    return overloaded(`${load.requestBytes} bytes of requests in flight, limit ${limits.maxRequestBytes}`);
  if (load.calls >= limits.maxCalls) return overloaded(`${load.calls} calls in flight`);
  return crowdedHost(calls.share, limits);
}

/** Why a host gets no more while others may. */
function crowdedHost({ host, calls, requestBytes }: HostShare, limits: AdmissionLimits): Refusal | undefined {
  const { maxHostShare, maxCalls, maxRequestBytes } = limits;
  if (calls >= maxCalls * maxHostShare)
    return overloaded(`${calls} calls in flight from ${host}, limit ${maxHostShare} of ${maxCalls}`);
  if (requestBytes >= maxRequestBytes * maxHostShare)
    return overloaded(
      `${requestBytes} bytes of requests in flight from ${host}, limit ${maxHostShare} of ${maxRequestBytes}`,
    );
  return undefined;
}

/**
 * Why a stream, sink or bidirectional call is not taken in, beside `streams` of its session: they may rest for hours, and calls must not
 * find their places taken. Ends a stream that its client neglects where that makes room. Undefined when there is room.
 */
export function streamRefusal(
  { load, limits }: Dispatcher,
  streams: InFlight,
  maxStreams: number,
): Refusal | undefined {
  if (streams.size >= maxStreams) return overloaded(`${streams.size} streams open on this connection`);
  if (streams.requestBytes >= limits.maxConnectionRequestBytes)
    return overloaded(`${streams.requestBytes} bytes of requests of streams on this connection`);
  const { host, streams: hostStreams } = streams.share;
  const crowds = hostStreams >= limits.maxAllStreams * limits.maxHostShare;
  if (load.streams < limits.maxAllStreams && !crowds) return undefined;
  const mayLeave = load.streams < limits.maxAllStreams + MAX_LEAVING_STREAMS;
  if (mayLeave && (load.starving.makeRoom() || load.silent.makeRoom())) return undefined;
  return overloaded(crowds ? `${hostStreams} streams open from ${host}` : `${load.streams} streams open`);
}

function overloaded(what: string): Refusal {
  return { code: "OVERLOADED", reason: `overloaded: ${what}` };
}
