/**
 * The compact protocol's own numbers for types, and the two dialects that share them but for 0x0D and doubles.
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#struct-encoding
 */
import { TType } from "./types.ts";

/** What stands on the wire. In a field's head TRUE and FALSE are the value of a boolean too; as element type 1 and 2 both mean bool. */
export const CType = {
  STOP: 0,
  TRUE: 1,
  FALSE: 2,
  I8: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
  /** UUID in Apache's dialect, FLOAT in fbthrift's. */
  UUID_OR_FLOAT: 13,
} as const;

/** `apache`: version 1, doubles least significant byte first. `fb`: version 2, doubles most significant byte first. */
export type CompactDialect = "apache" | "fb";

const SHARED: readonly (readonly [ttype: number, ctype: number])[] = [
  [TType.BOOL, CType.TRUE],
  [TType.I8, CType.I8],
  [TType.I16, CType.I16],
  [TType.I32, CType.I32],
  [TType.I64, CType.I64],
  [TType.DOUBLE, CType.DOUBLE],
  [TType.STRING, CType.BINARY],
  [TType.LIST, CType.LIST],
  [TType.SET, CType.SET],
  [TType.MAP, CType.MAP],
  [TType.STRUCT, CType.STRUCT],
];

/** A dialect's number of each `TType`, 0 where it has none. */
export function compactTypes(dialect: CompactDialect): Uint8Array {
  const ctypes = new Uint8Array(20);
  for (const [ttype, ctype] of SHARED) ctypes[ttype] = ctype;
  ctypes[dialect === "apache" ? TType.UUID : TType.FLOAT] = CType.UUID_OR_FLOAT;
  return ctypes;
}

/** The `TType` of each of a dialect's numbers, 0 where there is none. */
export function thriftTypes(dialect: CompactDialect): Uint8Array {
  const ttypes = new Uint8Array(16);
  for (const [ttype, ctype] of SHARED) ttypes[ctype] = ttype;
  ttypes[CType.FALSE] = TType.BOOL;
  ttypes[CType.UUID_OR_FLOAT] = dialect === "apache" ? TType.UUID : TType.FLOAT;
  return ttypes;
}
