/** Words with which other languages begin what Thrift begins with another word, and what is to be written instead. */

export type DefinitionWord =
  | "struct"
  | "union"
  | "exception"
  | "enum"
  | "typedef"
  | "const"
  | "service"
  | "include"
  | "namespace";

export interface ForeignWord {
  /** What follows is read as after this word: its name is known then. Absent: it is skipped. */
  readonly as?: DefinitionWord;
  readonly hint: string;
}

const struct: ForeignWord = { as: "struct", hint: "a struct is written `struct Name { 1: i32 id }`" };
const constant: ForeignWord = { hint: "a constant is written `const i32 NAME = 1`" };
const method: ForeignWord = { hint: "methods stand in a service: `service Name { i32 method(1: string text) }`" };
const nothing: ForeignWord = { hint: "Thrift has nothing of the kind: leave it out" };
const typedef: ForeignWord = { hint: "a typedef is written `typedef i32 Name`" };

const FOREIGN = new Map<string, ForeignWord>([
  ...["message", "class", "record", "data", "object", "table", "input", "type", "interface", "fixed", "group"].map(
    (word) => [word, struct] as const,
  ),
  ["error", { as: "exception", hint: "an exception is written `exception Name { 1: string message }`" }],
  ["protocol", { as: "service", hint: "a service is written `service Name { i32 method(1: string text) }`" }],
  ["oneof", { as: "union", hint: "a union is written `union Name { 1: i32 id, 2: string name }`" }],
  ["import", { as: "include", hint: 'write `include "file.thrift"`' }],
  ["using", typedef],
  ["alias", typedef],
  ["newtype", typedef],
  ["scalar", typedef],
  ...["let", "var", "val", "static", "final", "define"].map((word) => [word, constant] as const),
  ...["rpc", "def", "fn", "func", "function", "method"].map((word) => [word, method] as const),
  ...["syntax", "option", "edition", "schema", "extend", "module", "directive"].map((word) => [word, nothing] as const),
]);

export function foreignDefinition(word: string): ForeignWord | undefined {
  return FOREIGN.get(word);
}

/** Words before a definition that say who may see it. */
const MODIFIERS = new Set([
  "export",
  "public",
  "private",
  "protected",
  "internal",
  "abstract",
  "sealed",
  "pub",
  "declare",
]);

export function isModifier(word: string): boolean {
  return MODIFIERS.has(word);
}

/** What to write instead of a word before the type of a field. */
export function fieldWordHint(word: string, type: string): string | undefined {
  if (word === "repeated") return `write \`list<${type}>\``;
  if (word === "unsigned") return "Thrift has no unsigned integers: write `i64`";
  if (word === "long" || word === "short") return `write \`${word === "long" ? "i64" : "i16"}\``;
  if (word === "oneof" || word === "union") return "a union is a definition of its own, at the top of the file";
  if (word === "stream") return `write \`stream<${type}>\``;
  return FIELD_MODIFIERS.has(word) ? `leave \`${word}\` out` : undefined;
}

const FIELD_MODIFIERS = new Set([
  ..."public private protected internal readonly const final static var let val mutable volatile singular".split(" "),
  ..."rpc def fn func function struct enum class async export override virtual pub".split(" "),
]);

/** Brackets of other languages' containers, by the name before them. */
export function containerHint(name: string): string {
  const word = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (/map|dict|hash|record|object|assoc/.test(word)) return "a map is written `map<string, i32>`";
  if (/set/.test(word)) return "a set is written `set<i32>`";
  if (/opt|maybe|nullable/.test(word)) return "an optional field is written `1: optional i32 name`";
  if (/list|array|vec|seq|repeated|iter|collection/.test(word)) return "a list is written `list<i32>`";
  return "containers are list<i32>, set<i32> and map<string, i32>";
}
