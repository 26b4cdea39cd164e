/**
 * Text that reads one value into a local, whatever its type. Sizes are checked against the bytes that remain before anything is
 * made for them.
 */
import type { BaseType, MapType, Type } from "../schema/types.ts";
import type { Emitter } from "./emitter.ts";
import { needsGuard } from "./key-guard.ts";
import { BINARY_BYTES, elementBytes, entryBytes, LIST_BYTES, MAP_BYTES, SET_BYTES } from "./memory.ts";
import type { Source } from "./source.ts";

/** A container with elements of another type is passed over as an unknown field, from where it begins. */
export function emitFieldReader(s: Source, e: Emitter, type: Type, into: string, path: string): void {
  const container = type.kind === "list" || type.kind === "set" || type.kind === "map";
  if (container) s.line("const at = p;");
  emitValue(s, e, type, into, 1, path, container ? "p = at; break;" : "");
}

/** `level`: structs and containers around the value. `mismatch`: what to do when a container holds elements of another type. */
function emitValue(
  s: Source,
  e: Emitter,
  type: Type,
  into: string,
  level: number,
  path: string,
  mismatch: string,
): void {
  switch (type.kind) {
    case "string":
    case "binary":
      return emitText(s, e, type, into);
    case "list":
    case "set":
      return emitElements(s, e, type, into, level, path, mismatch);
    case "map":
      return emitMap(s, e, type, into, level, path, mismatch);
    case "struct": {
      const codec = s.bind(type, type.name, `codecOf(${path})`);
      return s.line(`r.pos = p; ${into} = ${codec}.read(r, depth - ${level}); p = r.pos;`);
    }
    default:
      return e.getValue(s, type, into);
  }
}

function emitText(s: Source, e: Emitter, type: BaseType, into: string): void {
  const n = s.local("n");
  e.getLength(s, n);
  s.line(`if (!(${n} <= end - p) || ${n} > r.maxStringBytes) ${s.helper("badLength")}(r, ${n}, p);`);
  if (type.kind === "binary") emitCharge(s, `${BINARY_BYTES}`, "p");
  if (type.kind === "binary" && type.form === "view") s.line(`${into} = ${s.helper("getView")}(b, p, ${n});`);
  else s.line(`${into} = ${s.helper(type.kind === "string" ? "getText" : "getBytes")}(b, p, ${n}, r);`);
  s.line(`p += ${n};`);
}

function emitElements(
  s: Source,
  e: Emitter,
  type: Type & { readonly kind: "list" | "set" },
  into: string,
  level: number,
  path: string,
  mismatch: string,
): void {
  const [n, a, i] = [s.local("n"), s.local("a"), s.local("i")];
  const list = type.kind === "list";
  s.line(`if (depth <= ${level}) ${s.helper("tooDeep")}(r.maxDepth, p);`);
  e.getListHead(s, type.element, n, mismatch || `${s.helper("mismatched")}(p);`);
  emitCharge(s, `${list ? LIST_BYTES : SET_BYTES} + ${n} * ${elementBytes(type.kind, type.element)}`, "p");
  const guard = list ? undefined : emitGuard(s, type.element, n);
  s.line(list ? `const ${a} = ${n} > 4096 ? [] : new Array(${n});` : `const ${a} = new ${s.helper("Set")}();`);
  s.block(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`, () => {
    const element = list ? `${a}[${i}]` : s.local("e");
    if (!list) s.line(`let ${element};`);
    emitValue(s, e, type.element, element, level + 1, `${path}.element`, "");
    if (guard !== undefined) s.line(`if (${guard} !== undefined) ${guard}.add(${element});`);
    if (!list) s.line(`${a}.add(${element});`);
  });
  s.line(`${into} = ${a};`);
}

function emitMap(
  s: Source,
  e: Emitter,
  type: MapType,
  into: string,
  level: number,
  path: string,
  mismatch: string,
): void {
  const [n, a, i, k, v] = [s.local("n"), s.local("a"), s.local("i"), s.local("k"), s.local("v")];
  s.line(`if (depth <= ${level}) ${s.helper("tooDeep")}(r.maxDepth, p);`);
  e.getMapHead(s, type.key, type.value, n, mismatch || `${s.helper("mismatched")}(p);`);
  emitCharge(s, `${MAP_BYTES} + ${n} * ${entryBytes(type.key, type.value)}`, "p");
  const guard = emitGuard(s, type.key, n);
  s.line(`const ${a} = new ${s.helper("Map")}();`);
  s.block(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`, () => {
    s.line(`let ${k}, ${v};`);
    emitValue(s, e, type.key, k, level + 1, `${path}.key`, "");
    emitValue(s, e, type.value, v, level + 1, `${path}.value`, "");
    if (guard !== undefined) s.line(`if (${guard} !== undefined) ${guard}.add(${k});`);
    s.line(`${a}.set(${k}, ${v});`);
  });
  s.line(`${into} = ${a};`);
}

/** Takes `bytes` of memory out of the reader's room, before anything is made of them. */
export function emitCharge(s: Source, bytes: string, at: string): void {
  s.line(`if ((r.room -= ${bytes}) < 0) ${s.helper("tooHeavy")}(r.maxValueBytes, ${at});`);
}

/** The local that watches the keys of a large map or set, where they could be made to collide. */
function emitGuard(s: Source, type: Type, count: string): string | undefined {
  if (!needsGuard(type)) return undefined;
  const guard = s.local("g");
  s.line(`const ${guard} = ${s.helper("keyGuard")}(${count});`);
  return guard;
}
