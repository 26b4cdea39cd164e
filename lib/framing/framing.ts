/**
 * What a framing is: it finds the ends of messages, and puts them. It reserves and fills headers in place, never copies a body,
 * and does not look inside a message beyond what its end takes.
 */
import type { Buffer } from "node:buffer";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { CallHeaders } from "./call-headers.ts";

/** How a message is laid into what is sent. One object may hold the state of one connection. */
export interface FrameWriter {
  readonly name: string;
  /** Whether `beginFrame` takes headers. */
  readonly carriesHeaders: boolean;
  /** Throws INVALID_ARGUMENT, unsent, for headers that cannot travel in this framing as they are. To be asked before `beginFrame`, which then never fails. */
  judge?(headers: CallHeaders): void;
  /**
   * Makes room for the frame's header; what it returns goes to `endFrame`, or back into `w.pos` to drop the frame. `seqid`, where frames
   * are numbered: a client's call, 0 where no answer is awaited; of an answer, the number of the frame that asked.
   */
  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number;
  /** Completes the frame that began at `start`: the message ends at `w.pos`. */
  endFrame(w: ByteWriter, start: number): void;
}

/** How messages are told apart on a stream. One object may hold the state of one connection. */
export interface Framing extends FrameWriter {
  createReader(sink: FrameSink, protocol: Protocol, limits: Limits): FrameReader;
}

/** Cuts what arrives into messages. Throws DecodeError when the stream is beyond repair. */
export interface FrameReader {
  /** Takes in a chunk, which it may keep, and calls the sink for every message that is whole. */
  push(chunk: Buffer): void;
  /** Goes on with what was kept when the sink asked to stop. */
  resume(): void;
  /** Nothing will come any more: brings a message that ends where the stream does. */
  end?(): void;
  /** Bytes held of a message that is not all there. */
  readonly partialBytes: number;
  /** Memory that this takes for what has come and was not brought: the same, with what is held back until `resume`. */
  readonly keptBytes: number;
}

/** Who takes the messages. */
export interface FrameSink {
  /**
   * Messages in bytes [start, end) of `buf`, into which nobody writes any more: values may be windows on it. The rest is valid only
   * during this call. `seqid` and `protocol`: the frame's number, and what its message is written in, where the framing says so.
   * False: bring no more before `resume`.
   */
  onFrame(buf: Buffer, start: number, end: number, headers?: CallHeaders, seqid?: number, protocol?: Protocol): boolean;
}
