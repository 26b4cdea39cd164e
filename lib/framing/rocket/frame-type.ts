/**
 * The numbers of RSocket 1.0 frames as Rocket uses them: types, flags, error codes and fixed sizes. Knows no layout beyond
 * the six bytes that begin every frame (frame.ts).
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md
 */

/** The 6-bit type of a frame. LEASE and the two RESUME frames are known only to be refused. */
export const FrameType = {
  SETUP: 0x01,
  LEASE: 0x02,
  KEEPALIVE: 0x03,
  REQUEST_RESPONSE: 0x04,
  REQUEST_FNF: 0x05,
  REQUEST_STREAM: 0x06,
  REQUEST_CHANNEL: 0x07,
  REQUEST_N: 0x08,
  CANCEL: 0x09,
  PAYLOAD: 0x0a,
  ERROR: 0x0b,
  METADATA_PUSH: 0x0c,
  RESUME: 0x0d,
  RESUME_OK: 0x0e,
  EXT: 0x3f,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Flag bits of the low ten of the second word. The low five are never set: a C++ peer closes the connection over them. */
export const Flag = {
  NEXT: 0x020,
  COMPLETE: 0x040,
  FOLLOWS: 0x080,
  METADATA: 0x100,
  IGNORE: 0x200,
  /** In KEEPALIVE: the other side shall echo. */
  RESPOND: 0x080,
  /** In SETUP: a resume token follows. */
  RESUME: 0x080,
  /** In SETUP: the client would honour LEASE. */
  LEASE: 0x040,
} as const;

/** Codes of ERROR frames; up to 0x102 they belong to stream 0, the rest to a stream. */
export const ErrorFrameCode = {
  INVALID_SETUP: 0x001,
  UNSUPPORTED_SETUP: 0x002,
  REJECTED_SETUP: 0x003,
  REJECTED_RESUME: 0x004,
  CONNECTION_ERROR: 0x101,
  /** Drain: nothing new, what runs may end. */
  CONNECTION_CLOSE: 0x102,
  APPLICATION_ERROR: 0x201,
  REJECTED: 0x202,
  CANCELED: 0x203,
  INVALID: 0x204,
} as const;

/** Largest value of the length word that precedes each frame on a stream. */
export const MAX_FRAME_BYTES = 0xffffff;
/** A SETUP above this would make the first byte of a connection ambiguous (protocols.md 3.3). */
export const MAX_SETUP_BYTES = 0xffff;
/** Credit that stands for "no limit": the largest a frame can carry. */
export const UNLIMITED_CREDIT = 0x7fffffff;
