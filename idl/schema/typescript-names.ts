/**
 * Thrift names → TypeScript names. A name stays as it is wherever TypeScript allows it; else it gets a trailing `$`, which
 * no Thrift name can hold. Knows nothing of definitions, only of words.
 */

/**
 * Words that cannot name an exported declaration: of the language, of its types, and of the CommonJS wrapper. Some pass tsc and
 * stop another compiler: esbuild takes `interface satisfies` for an expression.
 */
const RESERVED = new Set(
  `break case catch class const continue debugger default delete do else enum export extends false finally for function if import in
  instanceof new null return super switch this throw true try typeof var void while with
  implements interface let package private protected public static yield await arguments eval undefined NaN Infinity globalThis
  any as asserts bigint boolean constructor infer intrinsic is keyof never number object out readonly satisfies string symbol unique unknown
  exports module require __dirname __filename __esModule __proto__ Object then`.split(/\s+/),
);

/**
 * Properties that every object inherits. An unset field of that name would show the inherited one, and TypeScript refuses an
 * object without it; a client or handler with such a method could not be printed, or written as a class.
 */
const INHERITED = new Set([
  "constructor",
  "toString",
  "toLocaleString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "__proto__",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
]);

/** Modifiers that a class member's name must be told apart from. */
const MEMBER_MODIFIERS = new Set([
  "abstract",
  "accessor",
  "async",
  "declare",
  "get",
  "override",
  "private",
  "protected",
  "public",
  "readonly",
  "set",
  "static",
]);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A name for an exported type, class or value. */
export function declarationName(name: string): string {
  return RESERVED.has(name) ? `${name}$` : name;
}

/** A name for an argument: only a label, so what matters is that it parses. */
export function labelName(name: string): string {
  return declarationName(name);
}

/** The property of a struct's or union's field: none that every object has already. */
export function fieldKey(name: string): string {
  return INHERITED.has(name) ? `${name}$` : name;
}

/** The property of an enum's member. Assigning to `__proto__` would not make a property. */
export function memberKey(name: string): string {
  return name === "__proto__" ? `${name}$` : name;
}

/**
 * The property of an exception's field. An Error has a `message` and a `name`, which are text: a field that is none gets
 * another name; so does a `name` that may be absent, as the Error's own would show through. Its `stack` is its own.
 */
export function exceptionFieldKey(name: string, isText: boolean, optional: boolean): string {
  if (name === "message") return isText ? name : `${name}$`;
  if (name === "name") return isText && !optional ? name : `${name}$`;
  return name === "stack" ? `${name}$` : fieldKey(name);
}

/** The property of a method. An object with a method `then` would be taken for a promise. */
export function methodKey(name: string): string {
  return name === "then" ? `${name}$` : fieldKey(name);
}

/** `user_name` → `userName`; leading and trailing underscores, and names without underscores, stay. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[^_])_+([A-Za-z0-9])/g, (_, next: string) => next.toUpperCase());
}

/** A key as written in an interface or object literal. */
export function propertyName(key: string): string {
  return IDENTIFIER.test(key) ? key : JSON.stringify(key);
}

/** A key as written in a class, after `declare`. */
export function memberName(key: string): string {
  return MEMBER_MODIFIERS.has(key) || !IDENTIFIER.test(key) ? JSON.stringify(key) : key;
}

/** An identifier from any text, such as a file's name. */
export function identifier(text: string): string {
  const cleaned = text.replace(/[^\w]/g, "_");
  return declarationName(/^\d|^$/.test(cleaned) ? `_${cleaned}` : cleaned);
}

/** The first of `name`, `name$2`, `name$3` … that is free; marks it as taken. */
export function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = name.endsWith("$") ? `${name}${n}` : `${name}$${n}`;
  taken.add(free);
  return free;
}
