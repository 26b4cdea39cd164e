/**
 * Text of functions that write structs, arguments and results. Room is asked for once for all that has a fixed size: everywhere
 * in the text there is room for the fixed bytes that are still to come (`rest`), and what has no fixed size asks for its own
 * and for the rest.
 */
import type { Field, StructType } from "../schema/types.ts";
import { emitRoom, emitValueWriter, saysNot } from "./emit-write-value.ts";
import type { Emitter, LastField } from "./emitter.ts";
import { fallbackValue, isRecursive, ownership } from "./fields.ts";
import { comment, identifier, literal, property, type Source } from "./source.ts";
import { PART_FIELDS, WIDE_FIELDS } from "./wide.ts";

/** How an unset field is found and what happens then. */
interface FieldPlan {
  readonly field: Field;
  readonly index: number;
  /** Expression of its value. */
  readonly value: string;
  /** Expression of what is written instead of undefined; undefined: nothing is. */
  readonly fallback: string | undefined;
  /** Unset fields are left out; else they fail, unless there is a fallback. */
  readonly optional: boolean;
}

/** A function (w, v) for a struct, union or exception. */
export function emitStructWriter(s: Source, type: StructType, e: Emitter): void {
  s.block(`return function ${identifier("write", type.name, 0)}(w, v) {`, () => {
    s.line(
      `if (typeof v !== "object" || v === null || ${s.helper("isArray")}(v) || v instanceof ${s.helper("Promise")}) ${s.helper("unfit")}();`,
    );
    if (isRecursive(type)) s.line(`if (w.depth-- <= 0) ${s.helper("unfit")}();`);
    if (type.category === "union") emitUnion(s, type, e);
    else
      emitFields(
        s,
        type.fields.map((field, i) => structField(s, type, field, i)),
        e,
        true,
      );
    if (isRecursive(type)) s.line("w.depth++;");
  });
}

/** A function (w, v) for arguments, which are fields in an array. */
export function emitArgsWriter(s: Source, fields: readonly Field[], e: Emitter): void {
  const plans = fields.map((field, index) => {
    const fallback = field.default === undefined ? undefined : fallbackText(s, field, index);
    return { field, index, value: `v[${index}]`, fallback, optional: field.need === "optional" };
  });
  s.block("return function writeArgs(w, v) {", () => emitFields(s, plans, e, false));
}

/** A function (w, v) for a result, which is a struct with `v` as field 0. */
export function emitResultWriter(s: Source, success: Field | undefined, e: Emitter): void {
  const plans = success && [{ field: success, index: 0, value: "v", fallback: undefined, optional: false }];
  s.block("return function writeResult(w, v) {", () => emitFields(s, plans ?? [], e, false));
}

function structField(s: Source, type: StructType, field: Field, index: number): FieldPlan {
  const owned = { any: "", own: "hasOwn", enumerable: "hasEnumerable" }[ownership(type.category, field.key)];
  const plain = property("v", field.key);
  const value = owned === "" ? plain : `${s.helper(owned)}(v, ${JSON.stringify(field.key)}) ? ${plain} : undefined`;
  const fallback = fallbackText(s, field, index);
  return { field, index, value, fallback, optional: fallback === undefined && field.need !== "required" };
}

function fallbackText(s: Source, field: Field, index: number): string | undefined {
  const value = fallbackValue(field);
  if (value === undefined) return undefined;
  if (field.default === undefined && field.type.kind === "list") return s.helper("emptyList");
  if (field.default === undefined && field.type.kind === "set") return s.helper("emptySet");
  if (field.default === undefined && field.type.kind === "map") return s.helper("emptyMap");
  if (field.default === undefined && field.type.kind === "binary") return s.helper("emptyBinary");
  return literal(value) ?? `fields[${index}].default()`;
}

function emitFields(s: Source, plans: readonly FieldPlan[], e: Emitter, keepsUnknown: boolean): void {
  if (plans.length > WIDE_FIELDS) return emitParts(s, plans, e);
  s.line("let b = w.buf, p = w.pos;");
  if (e.usesLast && plans.some((plan) => plan.optional)) s.line("let last = 0;");
  const last = emitRun(s, plans, e, { min: 0, max: 0 });
  if (keepsUnknown) emitKept(s, e.usesLast ? lastText(last) : "0");
  emitStop(s);
}

function emitStop(s: Source): void {
  s.line("b[p++] = 0;");
  s.line("w.pos = p;");
}

/** Fields one after another, with room for all and for the byte that ends a struct. Returns which was the last. */
function emitRun(s: Source, plans: readonly FieldPlan[], e: Emitter, before: LastField): LastField {
  let last = before;
  let rest = plans.reduce((sum, { field }) => sum + e.headBytes + e.fixedBytes(field.type), 1);
  emitRoom(s, "", rest);
  for (const [i, plan] of plans.entries()) {
    rest -= e.headBytes + e.fixedBytes(plan.field.type);
    emitField(s, plan, e, rest, last);
    if (e.usesLast && !plan.optional && plans[i + 1]?.optional) s.line(`last = ${plan.field.id};`);
    last = plan.optional ? widened(last, plan.field.id) : { min: plan.field.id, max: plan.field.id };
  }
  return last;
}

const widened = (last: LastField, id: number): LastField => ({
  min: Math.min(last.min, id),
  max: Math.max(last.max, id),
});

/** A function for each part of a wide struct, called in turn; `last` goes from one to the next. */
function emitParts(s: Source, plans: readonly FieldPlan[], e: Emitter): void {
  let last: LastField = { min: 0, max: 0 };
  s.line("let last = 0;");
  for (let at = 0; at < plans.length; at += PART_FIELDS) {
    const part = s.local("part");
    s.outside(() => {
      s.block(`function ${part}(w, v, last) {`, () => {
        s.line("let b = w.buf, p = w.pos;");
        last = emitRun(s, plans.slice(at, at + PART_FIELDS), e, last);
        s.line("w.pos = p;");
        s.line(`return ${e.usesLast ? lastText(last) : "0"};`);
      });
    });
    s.line(`last = ${part}(w, v, last);`);
  }
  s.line("let b = w.reserve(1), p = w.pos;");
  emitKept(s, "last");
  emitStop(s);
}

const lastText = (last: LastField): string => (last.min === last.max ? String(last.min) : "last");

function emitKept(s: Source, last: string): void {
  s.line(`const kept = v[${s.helper("unknownFields")}];`);
  s.block("if (kept !== undefined) {", () => {
    s.line(`w.pos = p; ${s.helper("writeKept")}(encoding, w, kept, ${last}); p = w.pos;`);
    s.line("b = w.reserve(1);");
  });
}

function emitField(s: Source, plan: FieldPlan, e: Emitter, rest: number, last: LastField): void {
  const { field, fallback, optional } = plan;
  const x = identifier("$", field.key, plan.index);
  s.line(`${fallback === undefined ? "const" : "let"} ${x} = ${plan.value}; // ${field.id}: ${comment(field.name)}`);
  if (fallback !== undefined) s.line(`if (${x} === undefined) ${x} = ${fallback};`);
  if (!optional) return emitFieldValue(s, plan, x, e, rest, last);
  s.block(`if (${x} !== undefined) {`, () => {
    emitFieldValue(s, plan, x, e, rest, last);
    if (e.usesLast) s.line(`last = ${field.id};`);
  });
}

function emitFieldValue(s: Source, plan: FieldPlan, x: string, e: Emitter, rest: number, last: LastField): void {
  const { id, type } = plan.field;
  if (saysNot(e, type)) return s.line(`${s.helper("unfit")}();`);
  if (type.kind === "bool") {
    s.line(`if (typeof ${x} !== "boolean") ${s.helper("unfit")}();`);
    return e.putBoolField(s, id, x, last);
  }
  e.putFieldHead(s, id, type, last);
  emitValueWriter(s, type, x, e, rest, `fields[${plan.index}].type`);
}

/** A union is an object { kind, value }; one whose kind is undefined is an empty struct. */
function emitUnion(s: Source, type: StructType, e: Emitter): void {
  const head = e.headBytes + 1;
  s.line("let b = w.buf, p = w.pos, last = 0;");
  s.line("const kind = v.kind, x = v.value;");
  s.block("switch (kind) {", () => {
    type.fields.forEach((field, index) => {
      s.block(`case ${JSON.stringify(field.key)}: { // ${field.id}`, () => {
        emitRoom(s, "", head + e.fixedBytes(field.type));
        const plan = { field, index, value: "x", fallback: undefined, optional: false };
        emitFieldValue(s, plan, "x", e, 1, { min: 0, max: 0 });
        s.line(`last = ${field.id};`);
        s.line("break;");
      });
    });
    s.line(`case undefined: if (!("kind" in v)) ${s.helper("unfit")}(); b = w.reserve(1); break;`);
    s.line(`default: ${s.helper("unfit")}();`);
  });
  emitKept(s, "last");
  emitStop(s);
}
