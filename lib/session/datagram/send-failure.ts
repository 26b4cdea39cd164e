/** What a caller is told when the system does not take or not deliver a datagram. Knows no sockets. */
import type { ClientCall } from "../../call/client-call.ts";
import { ConnectionError, type Delivery, ThriftError } from "../../errors/errors.ts";

/** Bytes that the kernel has not taken, above which nothing more is given to it. */
export const MAX_QUEUED_BYTES: number = 1 << 20;

export function queueFull(queuedBytes: number): ThriftError {
  return new ThriftError(
    "OVERLOADED",
    `${queuedBytes} bytes wait for the system to send them, limit ${MAX_QUEUED_BYTES}`,
    { delivery: "unsent", phase: "write" },
  );
}

/** The network will never take a datagram of that size. */
export function tooLargeForTheWay(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === "EMSGSIZE";
}

/** `bytes`: of the datagram. */
export function sendFailure(
  call: ClientCall,
  peer: string,
  error: Error,
  delivery: Delivery,
  bytes: number,
): ConnectionError {
  const text = `${call.method.name} to ${peer}: ${meaning(error, bytes)}`;
  return new ConnectionError("CONNECT_FAILED", text, { delivery, phase: "write", cause: error });
}

/** What the system's word for it means to who calls. */
function meaning(error: Error, bytes: number): string {
  if (tooLargeForTheWay(error))
    return `the network takes no datagram of ${bytes} bytes: lower maxDatagramBytes, or use TCP (${error.message})`;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" ? `nobody listens there for datagrams (${error.message})` : error.message;
}
