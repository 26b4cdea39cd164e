/**
 * Text of functions that read structs, arguments and results. Values wait in locals until the end of the struct; then an object
 * is made at once, so that it has the same shape whatever the order on the wire was. Every read is checked against `end`.
 */
import type { Field, StructType } from "../schema/types.ts";
import { initialValue } from "../schema/value.ts";
import { emitCharge, emitFieldReader } from "./emit-read-value.ts";
import type { Emitter } from "./emitter.ts";
import { defaultBytes, structBytes } from "./memory.ts";
import { comment, entry, identifier, literal, property, type Source } from "./source.ts";
import { PART_FIELDS, WIDE_FIELDS } from "./wide.ts";

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
    emitCharge(s, `${structBytes(type)}`, "r.pos");
    if (type.category === "union") emitUnion(s, type, e);
    else emitStruct(s, type, e);
    s.line(`if (kept !== undefined) made[${s.helper("unknownFields")}] = kept;`);
    s.line(type.category === "exception" ? "return new type.exceptionClass(made);" : "return made;");
  });
}

function emitStruct(s: Source, type: StructType, e: Emitter): void {
  const wide = type.fields.length > WIDE_FIELDS;
  const locals = fieldLocals(type.fields, wide);
  emitOpening(s, e);
  s.line("let kept;");
  if (wide) emitWide(s, e, locals);
  else {
    emitLocals(s, locals);
    emitLoop(s, e, () => emitSwitch(s, e, locals, "continue;"), true);
  }
  locals.forEach((local) => emitMissing(s, local));
  emitObject(s, locals);
}

/** Each field makes the whole union: the last on the wire counts. */
function emitUnion(s: Source, type: StructType, e: Emitter): void {
  const locals = type.fields.map((field, index) => ({ field, index, name: "value", initial: undefined }));
  emitOpening(s, e);
  s.line("let value, kind, kept;");
  emitLoop(s, e, () => emitSwitch(s, e, locals, (field) => `kind = ${JSON.stringify(field.key)}; continue;`), true);
  s.line("const made = kind === undefined ? { kind } : { kind, value };");
}

/** A function (r, depth) that returns the arguments as an array. */
export function emitArgsReader(s: Source, fields: readonly Field[], e: Emitter): void {
  const locals = fieldLocals(
    fields.map((field) => (field.need === "required" ? { ...field, need: "default" } : field)),
  );
  s.block("return function readArgs(r, depth) {", () => {
    emitOpening(s, e);
    emitLocals(s, locals);
    emitLoop(s, e, () => emitSwitch(s, e, locals, "continue;"), false);
    locals.forEach((local) => emitMissing(s, local));
    s.line(`return [${locals.map((local) => local.name).join(", ")}];`);
  });
}

/** A function (r, depth) that returns the value, throws the declared exception, or returns NO_RESULT. */
export function emitResultReader(s: Source, success: Field | undefined, fields: readonly Field[], e: Emitter): void {
  const none = success === undefined ? "undefined" : s.helper("NO_RESULT");
  const locals = fields.map((field, index) => {
    return { field, index, name: field === success ? "value" : "thrown", initial: undefined };
  });
  s.block("return function readResult(r, depth) {", () => {
    emitOpening(s, e);
    s.line(`let value = ${none}, thrown;`);
    emitLoop(s, e, () => emitSwitch(s, e, locals, "continue;"), false);
    s.line(`if (value === ${none} && thrown !== undefined) throw thrown;`);
    s.line("return value;");
  });
}

function fieldLocals(fields: readonly Field[], wide = false): readonly FieldLocal[] {
  return fields.map((field, index) => {
    const initial = field.need === "required" ? undefined : literal(initialValue(field));
    return { field, index, name: wide ? `f[${index}]` : identifier("$", field.key, index), initial };
  });
}

function emitOpening(s: Source, e: Emitter): void {
  s.line(`if (depth <= 0) ${s.helper("tooDeep")}(r.maxDepth, r.pos);`);
  s.line("const b = r.buf, end = r.end;");
  s.line("let p = r.pos;");
  e.getLocals(s);
}

function emitLocals(s: Source, locals: readonly FieldLocal[]): void {
  const names = locals.map(({ name, initial }) => (initial === undefined ? name : `${name} = ${initial}`));
  if (names.length > 0) s.line(`let ${names.join(", ")};`);
}

/** Reads field after field: `known` adds what reads those that are known and goes on; the others are passed over or kept. */
function emitLoop(s: Source, e: Emitter, known: () => void, keepsUnknown: boolean): void {
  s.block("for (;;) {", () => {
    e.getFieldHead(s);
    known();
    const unknown = `${s.helper(e.unknownField)}(r, p, encoding, ${e.fieldId}, ${e.fieldType}, depth - 1`;
    s.line(keepsUnknown ? `kept = ${unknown}, kept, r.keepUnknown);` : `${unknown}, undefined, false);`);
    s.line("p = r.pos;");
  });
  s.line("r.pos = p;");
}

/** Reads a known field into its local and does `done`; falls through for an unknown one, or one of another type. */
function emitSwitch(
  s: Source,
  e: Emitter,
  locals: readonly FieldLocal[],
  done: string | ((field: Field) => string),
): void {
  s.block(`switch (${e.fieldId}) {`, () => {
    for (const { field, index, name } of locals) {
      s.block(`case ${field.id}: { // ${comment(field.name)}`, () => {
        s.line(`if (${e.fieldTypeIsNot(field.type)}) break;`);
        if (field.type.kind === "bool") e.getBoolField(s, name);
        else emitFieldReader(s, e, field.type, name, `fields[${index}].type`);
        s.line(typeof done === "string" ? done : done(field));
      });
    }
  });
}

/** The locals of a wide struct are an array, and a function reads each part of them, in the order of their ids. */
function emitWide(s: Source, e: Emitter, locals: readonly FieldLocal[]): void {
  const sorted = [...locals].sort((a, b) => a.field.id - b.field.id);
  const initial = s.local("initial");
  s.outside(() => s.line(`const ${initial} = [${locals.map((local) => local.initial ?? "undefined").join(", ")}];`));
  s.line(`const f = ${initial}.slice();`);
  emitLoop(
    s,
    e,
    () => {
      s.line("r.pos = p;");
      s.line(`if (${emitPartCalls(s, e, sorted)}) { p = r.pos; continue; }`);
    },
    true,
  );
}

/** Condition that calls the part with the field's id. */
function emitPartCalls(s: Source, e: Emitter, sorted: readonly FieldLocal[]): string {
  const part = s.local("part");
  const parameters = `(r, ${e.fieldParameters}, depth, f)`;
  const locals = sorted.slice(0, PART_FIELDS);
  s.outside(() => {
    s.block(`function ${part}${parameters} {`, () => {
      s.line("const b = r.buf, end = r.end;");
      s.line("let p = r.pos;");
      emitSwitch(s, e, locals, "r.pos = p; return true;");
      s.line("return false;");
    });
  });
  if (sorted.length <= PART_FIELDS) return `${part}${parameters}`;
  return `${e.fieldId} <= ${locals.at(-1)!.field.id} ? ${part}${parameters} : ${emitPartCalls(s, e, sorted.slice(PART_FIELDS))}`;
}

/** What stands for a field that did not come, where its local does not hold it already. */
function emitMissing(s: Source, { field, index, name, initial }: FieldLocal): void {
  if (field.need === "required") s.line(`if (${name} === undefined) ${s.helper("missing")}(type, fields[${index}]);`);
  else if (initial === undefined && initialValue(field) !== undefined) {
    const taken = defaultBytes(initialValue(field));
    s.line(`if (${name} === undefined) { r.room -= ${taken}; ${name} = ${initialText(s, field, index)}; }`);
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
