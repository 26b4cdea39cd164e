/**
 * What a transport is: an open pipe of bytes, however it came to be. It owns one descriptor and knows nothing of frames.
 */
import type { Buffer } from "node:buffer";
import type { PeerIdentity, Platform } from "../platform/platform.ts";

/** An open pipe. Closed once; nothing is reported after `onClose`. */
export interface Transport {
  /** The other side, as errors and contexts name it: `host:port`, `unix:/path` or `memory`. */
  readonly peer: string;
  /** Who the other side has proven to be, by its certificate. */
  readonly identity?: PeerIdentity | undefined;
  /** Bytes that were given to `write` and that the kernel has not taken. */
  readonly queuedBytes: number;
  /** Begins to report; called once, before anything else. */
  start(events: TransportEvents): void;
  /** Sends bytes. True: all of them are gone and the buffer is the caller's again. False: they are kept until `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Stops reading, so that the peer comes to feel it. */
  pause(): void;
  resume(): void;
  /** Says that nothing more will be written, after what was. The peer may still send. */
  end(): void;
  /** Whether the process stays alive for it: it does until this says otherwise. Absent where nothing holds the process anyway. */
  hold?(active: boolean): void;
  /** Looks whether a peer that sends no more is still there, and closes where the system knows that it is not. Sends nothing. Absent where one cannot know. */
  probe?(): void;
  /** Closes both ways at once; what was not sent is lost. */
  destroy(cause?: Error): void;
}

/** What a transport reports to its owner. */
export interface TransportEvents {
  /** The chunk is the receiver's to keep. */
  onData(chunk: Buffer): void;
  /** All bytes for which `write` gave false are sent. */
  onDrain(): void;
  /** The peer will send no more; it may still read. */
  onEnd(): void;
  /** Called once, whatever the reason; `cause` is absent on a clean end. */
  onClose(cause?: Error): void;
}

/** A way to a server. */
export interface Dialer {
  /** What is dialled, for people: `host:port` or `unix:/path`. */
  readonly target: string;
  /**
   * Opens a transport. Rejects with the system's error, and when `signal` aborts; with a ConnectionError when another attempt
   * would end the same.
   */
  dial(platform: Platform, signal: AbortSignal): Promise<Transport>;
}

/** A place where clients arrive. */
export interface Listener {
  /** Begins to accept and gives the address to `connect` to. Rejects with the system's error. `onError`: what fails later. */
  listen(platform: Platform, accept: (transport: Transport) => void, onError: (error: Error) => void): Promise<string>;
  /** Stops accepting; open transports stay. */
  close(): Promise<void>;
}
