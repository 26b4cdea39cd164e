/** A transport that does to its bytes what networks do: cuts them into pieces, drops the connection at a byte, swallows what follows one, slips in others. */
import type { Transport, TransportEvents } from "../../lib/transport/transport.ts";

/** What happens to the bytes that one side writes. */
export interface Fault {
  /** Pieces in which they leave. */
  readonly pieceBytes?: number;
  /** Closes the connection, without a word, when so many are out. */
  readonly cutAfter?: number;
  /** Breaks the connection as a router does that has lost its mind, when so many are out. */
  readonly resetAfter?: number;
  /** Says that nothing more will come, when so many are out. */
  readonly endAfter?: number;
  /** Lets what follows vanish. */
  readonly silentAfter?: number;
  /** Called before each write: bytes that come in front of it. */
  readonly slipIn?: () => Buffer | undefined;
}

export function faulty(transport: Transport, fault: Fault): Transport {
  let sent = 0;
  const limit = Math.min(
    fault.cutAfter ?? Number.POSITIVE_INFINITY,
    fault.resetAfter ?? Number.POSITIVE_INFINITY,
    fault.endAfter ?? Number.POSITIVE_INFINITY,
    fault.silentAfter ?? Number.POSITIVE_INFINITY,
  );
  const send = (bytes: Buffer): boolean => {
    const piece = fault.pieceBytes ?? (bytes.length || 1);
    let free = true;
    for (let i = 0; i < bytes.length; i += piece) free = transport.write(bytes.subarray(i, i + piece));
    return free;
  };
  return {
    peer: transport.peer,
    get queuedBytes() {
      return transport.queuedBytes;
    },
    start: (events: TransportEvents) => transport.start(events),
    write(bytes) {
      const stray = fault.slipIn?.();
      if (stray !== undefined) send(stray);
      const room = limit - sent;
      sent += bytes.length;
      if (bytes.length <= room) return send(bytes);
      const free = room > 0 ? send(bytes.subarray(0, room)) : true;
      if (fault.cutAfter !== undefined) transport.destroy();
      else if (fault.resetAfter !== undefined) transport.destroy(connectionReset());
      else if (fault.endAfter !== undefined && room >= 0) transport.end();
      return fault.cutAfter !== undefined || fault.resetAfter !== undefined ? true : free;
    },
    pause: () => transport.pause(),
    resume: () => transport.resume(),
    end: () => transport.end(),
    destroy: (cause) => transport.destroy(cause),
  };
}

function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}
