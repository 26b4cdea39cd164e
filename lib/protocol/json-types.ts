/** Names that stand for types in Thrift's JSON protocol. */
import { TType } from "./types.ts";

const NAMES: readonly (readonly [ttype: number, name: string])[] = [
  [TType.BOOL, "tf"],
  [TType.I8, "i8"],
  [TType.I16, "i16"],
  [TType.I32, "i32"],
  [TType.I64, "i64"],
  [TType.DOUBLE, "dbl"],
  [TType.STRING, "str"],
  [TType.STRUCT, "rec"],
  [TType.MAP, "map"],
  [TType.LIST, "lst"],
  [TType.SET, "set"],
  [TType.UUID, "uid"],
];

/** Name of each `TType`; float has none. */
export const jsonNames: ReadonlyMap<number, string> = new Map(NAMES);
/** `TType` of each name. */
export const jsonTypes: ReadonlyMap<string, number> = new Map(NAMES.map(([type, name]) => [name, type]));
