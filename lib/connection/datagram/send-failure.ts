/** What a caller is told when the system does not take or not deliver a datagram. Knows no sockets. */
import { ConnectionError, type Delivery, ThriftError } from "../../errors.ts";
import type { ClientCall } from "../client-call.ts";

/** Bytes that the kernel has not taken, above which nothing more is given to it. */
export const MAX_QUEUED_BYTES: number = 1 << 20;

export function queueFull(queuedBytes: number): ThriftError {
  return new ThriftError(
    "OVERLOADED",
    `${queuedBytes} bytes wait for the system to send them, limit ${MAX_QUEUED_BYTES}`,
    { phase: "write" },
  );
}

export function sendFailure(call: ClientCall, peer: string, error: Error, delivery: Delivery): ConnectionError {
  return new ConnectionError("CONNECT_FAILED", `${call.method.name} to ${peer}: ${error.message}`, {
    delivery,
    phase: "write",
    cause: error,
  });
}
