/** npm rsocket-core 0.0.27, untyped, as the other implementation of RSocket's frames. */
import { createRequire } from "node:module";

/** A frame as rsocket-core shows it. */
export interface ForeignFrame {
  type: number;
  streamId: number;
  flags: number;
  data?: Buffer;
  metadata?: Buffer;
  code?: number;
  message?: string;
  requestN?: number;
  [field: string]: unknown;
}

interface RsocketCore {
  serializeFrame(frame: ForeignFrame, encoders: unknown): Buffer;
  serializeFrameWithLength(frame: ForeignFrame, encoders: unknown): Buffer;
  deserializeFrame(bytes: Buffer, encoders: unknown): ForeignFrame;
  BufferEncoders: unknown;
}

const core = createRequire(import.meta.url)("rsocket-core") as RsocketCore;

/** Writes a frame, length included. */
export function foreignWrite(frame: ForeignFrame): Buffer {
  return core.serializeFrameWithLength(frame, core.BufferEncoders);
}

/** Reads one frame, length included. */
export function foreignRead(bytes: Buffer): ForeignFrame {
  return core.deserializeFrame(bytes.subarray(3), core.BufferEncoders);
}
