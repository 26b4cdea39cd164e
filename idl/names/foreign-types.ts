/** Other languages' names for our types, and the types that Thrift does not have. */

const OURS: Readonly<Record<string, readonly string[]>> = {
  bool: ["boolean"],
  i8: ["char", "int8", "sbyte", "tinyint", "s8"],
  i16: ["int16", "short", "smallint", "s16"],
  i32: ["int", "int32", "integer", "sint32", "sfixed32", "rune", "s32"],
  i64: ["int64", "long", "longlong", "bigint", "sint64", "sfixed64", "int64_t", "ssize_t", "s64"],
  double: ["float64", "f64", "number", "real"],
  string: ["str", "text", "varchar", "nvarchar", "cstring", "wstring", "utf8"],
  binary: ["bytes", "blob", "buffer", "bytearray", "bytestring", "byte_array", "uint8array", "varbinary", "bytebuffer"],
  uuid: ["guid"],
};

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^(?:uint8|u8|ubyte|uint8_t|uchar|uint16|u16|ushort|uint16_t)$/,
    "Thrift has no unsigned integers: use `i32`, which holds them all",
  ],
  [/^(?:uint|uint32|u32|uint32_t|fixed32|dword)$/, "Thrift has no unsigned integers: use `i64`, which holds them all"],
  [/^(?:uint64|u64|uint64_t|ulong|fixed64|size_t|usize|unsigned|qword)$/, "Thrift has no unsigned integers: use `i64`"],
  [
    /^(?:int128|uint128|i128|u128|decimal|numeric|bigdecimal|biginteger|money)$/,
    "Thrift has no decimals or larger integers: use `string`, or a struct",
  ],
  [/^(?:float32|f32|single|half)$/, "use `double`: Apache's protocols have no other float"],
  [
    /^(?:date|time|datetime|timestamp|instant|duration|time_t|localdate)$/,
    "Thrift has no type for times: use `i64`, such as milliseconds since 1970, or `string`",
  ],
  [
    /^(?:any|object|json|jsonobject|variant|dynamic|unknown|mixed|anything|struct_|interface)$/,
    "Thrift has no type for anything: use a union, or `string` or `binary` with text in it",
  ],
  [/^(?:null|none|nil|undefined|unit|never|empty)$/, "Thrift has no null: make the field `optional`"],
  [/^(?:array|vector|vec|seq|slice|arraylist|linkedlist|iterable|collection|tuple)$/, "a list is written `list<i32>`"],
  [/^(?:hashset|orderedset|treeset)$/, "a set is written `set<i32>`"],
  [/^(?:dict|dictionary|hashmap|hash|hashtable|treemap|record|assoc)$/, "a map is written `map<string, i32>`"],
  [/^(?:func|function|callback|delegate)$/, "Thrift has no functions as values"],
  [/^id$/, "use `string` or `i64`"],
];

const BY_NAME = new Map(Object.entries(OURS).flatMap(([ours, theirs]) => theirs.map((name) => [name, ours] as const)));

/** What to write instead of a type of another language; undefined for a name that no language has. */
export function foreignTypeHint(name: string): string | undefined {
  const word = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const ours = BY_NAME.get(word);
  if (ours !== undefined) return `did you mean \`${ours}\`?`;
  return HINTS.find(([pattern]) => pattern.test(word))?.[1];
}
