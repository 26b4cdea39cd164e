/**
 * The numbers that stand for types on the wire, in Thrift's binary protocol and in every interface here; compact translates
 * them to its own. Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */

/** Type of a field or element. `FLOAT` is fbthrift's, `UUID` Apache's. */
export const TType = {
  STOP: 0,
  BOOL: 2,
  I8: 3,
  DOUBLE: 4,
  I16: 6,
  I32: 8,
  I64: 10,
  STRING: 11,
  STRUCT: 12,
  MAP: 13,
  SET: 14,
  LIST: 15,
  UUID: 16,
  FLOAT: 19,
} as const;
export type TType = (typeof TType)[keyof typeof TType];

/** Kind of a message. */
export const MessageType = { CALL: 1, REPLY: 2, EXCEPTION: 3, ONEWAY: 4 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];
