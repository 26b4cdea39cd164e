/** Every code that a diagnostic may carry, with its severity and a line that explains it. Codes are stable: they may be added, never renamed or reused. */

export type Severity = "error" | "warning";

const ERRORS = {
  "unreadable-file": "the file cannot be read",
  "file-too-large": "the file is larger than 64 MiB",
  "nul-byte": "a NUL byte in the source",
  "invalid-utf8": "a string is not valid UTF-8",
  "unexpected-character": "a character that no rule of the language begins with",
  "merge-conflict": "lines that git could not merge",
  "wrong-encoding": "the file is UTF-16 or UTF-32",
  "unterminated-comment": "a comment has no end",
  "unterminated-string": "a string has no end, or not on the same line",
  "bad-escape": "an escape that strings do not have",
  "bad-number": "a number that cannot be read",
  "integer-too-big": "an integer does not fit in 64 bits",
  "identifier-too-long": "a name has more than 4,096 characters",
  "nesting-too-deep": "types, values, typedefs or parents of services are nested more than 128 deep",
  "type-too-large": "a typedef has more than a thousand parts",
  "unexpected-token": "something else must stand here",
  "header-after-definition": "`include`, `namespace` or `package` after a definition",
  "withdrawn-keyword": "a word that Thrift has withdrawn; the hint names its replacement",
  "dotted-name": "a name that is declared has a dot",
  "keyword-as-name": "a word of the language as the name of a definition",
  "void-type": "`void` where a value's type must stand",
  "fbthrift-syntax": "syntax of fbthrift in a file that shows no other sign of that dialect",
  "include-not-found": "an included file whose names are used cannot be found",
  "cyclic-include": "a file includes itself, directly or through others",
  "unknown-scope": "no include has this name",
  "unknown-type": "no type has this name",
  "unknown-service": "no service has this name",
  "unknown-constant": "no constant or enum member has this name",
  "unknown-member": "the enum has no such member",
  "unknown-field": "the struct has no such field",
  "not-a-type": "the name belongs to something that is no type",
  "not-a-service": "the name belongs to something that is no service",
  "not-an-interaction": "the name belongs to something that is no interaction",
  "unqualified-member": "an enum member without its enum",
  "typedef-cycle": "typedefs that refer to each other",
  "service-cycle": "a service extends itself, directly or through others",
  "constant-cycle": "a constant needs its own value",
  "constant-too-large": "an evaluated constant has more than a million values",
  "duplicate-definition": "two definitions of a file have the same name",
  "duplicate-field-id": "two fields have the same id",
  "duplicate-field-name": "two fields have the same name",
  "duplicate-method": "two methods of a service, or of it and a parent, have the same name",
  "duplicate-member": "two members of an enum have the same name",
  "field-id-range": "a field id does not fit in 16 bits",
  "enum-value-range": "an enum value does not fit in 32 bits",
  "reserved-name": "a type named by a word that other languages reserve and Apache's releases refuse",
  "value-type": "a value of another type than the one declared",
  "value-range": "a number does not fit its type",
  "bool-number": "a number other than 0 and 1 for a bool",
  "struct-reference": "a struct constant given by the name of another, which Apache rejects",
  "malformed-uuid": "text that is no UUID",
  "union-constant": "a union constant that does not set exactly one field",
  "union-defaults": "more than one field of a union has a default",
  "oneway-result": "a oneway method returns or throws something",
  "throws-type": "a throws clause names something that is no exception",
  "service-type": "a service or interaction as the type of a value",
  "stream-misplaced": "a oneway method with a stream or sink",
} as const;

const WARNINGS = {
  "invalid-utf8-comment": "a comment is not valid UTF-8",
  "deprecated-syntax": "an old form: `async`, `cpp_type` after the type",
  "missing-required": "a struct constant without a required field",
  "infinite-struct": "a struct that holds itself through required fields can have no value",
  "member-of-other-enum": "a member of the wanted enum under another name than the enum's",
  "bool-for-integer": "`true` or `false` for an integer",
  "empty-literal": "`{}` for a list or `[]` for a map",
  "empty-union": "a union constant that sets no field",
  "annotation-value": "an annotation's value that is no string, which Apache rejects",
  "unknown-escape": "an escape that fbthrift's strings do not have: kept as it stands",
  "header-separator": "a separator after `include`, `namespace` or `package`, which Apache rejects",
  "leading-zero": "an integer with leading zeros: Apache reads it as decimal, others as octal",
  "unused-missing-include": "an included file cannot be found; none of its names is used",
  "duplicate-include": "two includes have the same name in this file",
  "unknown-annotation": "no struct for this structured annotation",
  "forward-reference": "a definition that comes later, where Apache's compiler wants it before",
  "duplicate-value": "two members of an enum have the same number",
  "duplicate-key": "a map constant has a key twice, or a set a value",
  "nonpositive-field-id": "a field id that is zero or negative",
  "missing-field-id": "a field or argument without id gets a negative one",
  "inexact-value": "a number that its type can hold only nearly",
  "enum-number": "a number that is no member of the enum",
  "union-required": "`required` or `optional` in a union means nothing",
  "argument-requiredness": "`optional` or `required` on an argument",
  "argument-reference": "`&` on an argument means nothing",
  "unknown-setting": "an annotation `scrimp.…` that does not exist, or cannot have this value",
  "map-key-type": "a key that the JSON protocol cannot write: a container, struct or double",
} as const;

export type Code = keyof typeof ERRORS | keyof typeof WARNINGS;

export interface CodeEntry {
  /** Unless a project says otherwise. */
  readonly severity: Severity;
  /** One line for docs/diagnostics.md. */
  readonly summary: string;
}

/** Errors first, then warnings. */
export const CODES: Readonly<Record<Code, CodeEntry>> = Object.fromEntries([
  ...entries(ERRORS, "error"),
  ...entries(WARNINGS, "warning"),
]) as Record<Code, CodeEntry>;

function entries(summaries: object, severity: Severity): [string, CodeEntry][] {
  return Object.entries(summaries).map(([code, summary]) => [code, { severity, summary: String(summary) }]);
}
