/**
 * Text of functions that read structs, arguments and results. Values wait in locals until the end of the struct; then an object
 * is made at once, so that it has the same shape whatever the order on the wire was. Every read is checked against `end`.
 */
import type { BaseType, Field, MapType, StructType, Type } from "../schema/types.ts";
import { initialValue } from "../schema/value.ts";
import type { Emitter } from "./emitter.ts";
import { comment, entry, identifier, literal, property, type Source } from "./source.ts";

/** A local for each field; what it holds before the field was read. */
interface FieldLocal {
  readonly field: Field;
  readonly index: number;
  readonly name: string;
  /** Literal of the default; undefined: the local starts as undefined. */
  readonly initial: string | undefined;
}

/** A function (r, depth) that returns a struct, union or exception. */
export function emitStructReader(s: Source, type: StructType, e: Emitter): void {
  s.block(`return function ${identifier("read", type.name, 0)}(r, depth) {`, () => {
    if (type.category === "union") return emitUnionReader(s, type, e);
    const locals = fieldLocals(type.fields);
    emitOpening(s, e, locals);
    s.line("let kept;");
    emitLoop(s, e, (field) => locals[type.fields.indexOf(field)]!.name, type.fields, "kept");
    locals.forEach((local) => emitMissing(s, local));
    emitObject(s, locals);
    s.line(`if (kept !== undefined) made[${s.helper("unknownFields")}] = kept;`);
    s.line(type.category === "exception" ? "return new type.exceptionClass(made);" : "return made;");
  });
}

/** A function (r, depth) that returns the arguments as an array. */
export function emitArgsReader(s: Source, fields: readonly Field[], e: Emitter): void {
  s.block("return function readArgs(r, depth) {", () => {
    const locals = fieldLocals(
      fields.map((field) => ({ ...field, need: field.need === "required" ? "default" : field.need })),
    );
    emitOpening(s, e, locals);
    emitLoop(s, e, (field) => locals[fields.indexOf(field)]!.name, fields, undefined);
    locals.forEach((local) => emitMissing(s, local));
    s.line(`return [${locals.map((local) => local.name).join(", ")}];`);
  });
}

/** A function (r, depth) that returns the value, throws the declared exception, or returns NO_RESULT. */
export function emitResultReader(s: Source, success: Field | undefined, fields: readonly Field[], e: Emitter): void {
  s.block("return function readResult(r, depth) {", () => {
    emitOpening(s, e, []);
    const none = success === undefined ? "undefined" : s.helper("NO_RESULT");
    s.line(`let value = ${none}, thrown;`);
    emitLoop(s, e, (field) => (field === success ? "value" : "thrown"), fields, undefined);
    s.line(`if (value === ${none} && thrown !== undefined) throw thrown;`);
    s.line("return value;");
  });
}

function fieldLocals(fields: readonly Field[]): readonly FieldLocal[] {
  return fields.map((field, index) => {
    const initial = field.need === "required" ? undefined : literal(initialValue(field));
    return { field, index, name: identifier("$", field.key, index), initial };
  });
}

function emitOpening(s: Source, e: Emitter, locals: readonly FieldLocal[]): void {
  s.line(`if (depth <= 0) ${s.helper("tooDeep")}(r.maxDepth, r.pos);`);
  s.line("const b = r.buf, end = r.end;");
  s.line("let p = r.pos;");
  e.getLocals(s);
  const names = locals.map(({ name, initial }) => (initial === undefined ? name : `${name} = ${initial}`));
  if (names.length > 0) s.line(`let ${names.join(", ")};`);
}

/** `into` names the local of each field; `kept` the one for unknown fields, if they may be kept. */
function emitLoop(
  s: Source,
  e: Emitter,
  into: (field: Field) => string,
  fields: readonly Field[],
  kept: string | undefined,
): void {
  s.block("for (;;) {", () => {
    e.getFieldHead(s);
    s.block(`switch (${e.fieldId}) {`, () => {
      fields.forEach((field, index) => emitCase(s, e, field, index, into(field)));
    });
    const unknown = `${s.helper(e.unknownField)}(r, p, encoding, ${e.fieldId}, ${e.fieldType}, depth - 1`;
    s.line(kept === undefined ? `${unknown}, undefined, false);` : `${kept} = ${unknown}, ${kept}, r.keepUnknown);`);
    s.line("p = r.pos;");
  });
  s.line("r.pos = p;");
}

function emitCase(s: Source, e: Emitter, field: Field, index: number, into: string): void {
  s.block(`case ${field.id}: { // ${comment(field.name)}`, () => {
    s.line(`if (${e.fieldTypeIsNot(field.type)}) break;`);
    if (field.type.kind === "bool") e.getBoolField(s, into);
    else emitFieldValue(s, e, field.type, into, `fields[${index}].type`);
    s.line("continue;");
  });
}

/** A container with elements of another type is passed over as an unknown field, from where it begins. */
function emitFieldValue(s: Source, e: Emitter, type: Type, into: string, path: string): void {
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
  if (type.kind === "string") s.line(`${into} = ${s.helper("getText")}(b, p, ${n}, r);`);
  else
    s.line(
      `${into} = ${s.helper(type.kind === "binary" && type.form === "view" ? "getView" : "getBytes")}(b, p, ${n});`,
    );
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
  s.line(list ? `const ${a} = ${n} > 4096 ? [] : new Array(${n});` : `const ${a} = new ${s.helper("Set")}();`);
  s.block(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`, () => {
    const element = list ? `${a}[${i}]` : s.local("e");
    if (!list) s.line(`let ${element};`);
    emitValue(s, e, type.element, element, level + 1, `${path}.element`, "");
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
  s.line(`const ${a} = new ${s.helper("Map")}();`);
  s.block(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`, () => {
    s.line(`let ${k}, ${v};`);
    emitValue(s, e, type.key, k, level + 1, `${path}.key`, "");
    emitValue(s, e, type.value, v, level + 1, `${path}.value`, "");
    s.line(`${a}.set(${k}, ${v});`);
  });
  s.line(`${into} = ${a};`);
}

/** What stands for a field that did not come, where its local does not hold it already. */
function emitMissing(s: Source, { field, index, name, initial }: FieldLocal): void {
  if (field.need === "required") s.line(`if (${name} === undefined) ${s.helper("missing")}(type, fields[${index}]);`);
  else if (initial === undefined && initialValue(field) !== undefined) {
    s.line(`if (${name} === undefined) ${name} = ${initialText(s, field, index)};`);
  }
}

function initialText(s: Source, field: Field, index: number): string {
  const { kind } = field.type;
  if (field.default === undefined && kind === "list") return "[]";
  if (field.default === undefined && kind === "set") return `new ${s.helper("Set")}()`;
  if (field.default === undefined && kind === "map") return `new ${s.helper("Map")}()`;
  return `${s.helper("initialValue")}(fields[${index}])`;
}

/** An unset field is no property. The literal with all of them is by far the fastest, so it stands for the case that all are set. */
function emitObject(s: Source, locals: readonly FieldLocal[]): void {
  const entries = (some: readonly FieldLocal[]): string => some.map((l) => entry(l.field.key, l.name)).join(", ");
  const unset = locals.filter(({ field }) => field.need !== "required" && initialValue(field) === undefined);
  if (unset.length === 0) return s.line(`const made = { ${entries(locals)} };`);
  s.line("let made;");
  s.line(`if (${unset.map(({ name }) => `${name} !== undefined`).join(" && ")}) made = { ${entries(locals)} };`);
  s.block("else {", () => {
    s.line(`made = { ${entries(locals.filter((local) => !unset.includes(local)))} };`);
    if (unset.length === 1) return;
    for (const { field, name } of unset) {
      const set =
        field.key === "__proto__"
          ? `${s.helper("setOwn")}(made, "__proto__", ${name})`
          : `${property("made", field.key)} = ${name}`;
      s.line(`if (${name} !== undefined) ${set};`);
    }
  });
}

/** Each field makes the whole union: the last on the wire counts. */
function emitUnionReader(s: Source, type: StructType, e: Emitter): void {
  emitOpening(s, e, []);
  s.line("let value, kind, kept;");
  s.block("for (;;) {", () => {
    e.getFieldHead(s);
    s.block(`switch (${e.fieldId}) {`, () => {
      type.fields.forEach((field, index) => {
        s.block(`case ${field.id}: { // ${comment(field.name)}`, () => {
          s.line(`if (${e.fieldTypeIsNot(field.type)}) break;`);
          if (field.type.kind === "bool") e.getBoolField(s, "value");
          else emitFieldValue(s, e, field.type, "value", `fields[${index}].type`);
          s.line(`kind = ${JSON.stringify(field.key)};`);
          s.line("continue;");
        });
      });
    });
    s.line(
      `kept = ${s.helper(e.unknownField)}(r, p, encoding, ${e.fieldId}, ${e.fieldType}, depth - 1, kept, r.keepUnknown);`,
    );
    s.line("p = r.pos;");
  });
  s.line("r.pos = p;");
  s.line("const made = kind === undefined ? { kind } : { kind, value };");
  s.line(`if (kept !== undefined) made[${s.helper("unknownFields")}] = kept;`);
  s.line("return made;");
}
