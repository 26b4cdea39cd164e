/** Compares the fields of a struct, the arguments of a method and the exceptions that it throws. */
import type { FieldSchema } from "../../lib/schema/schema.ts";
import type { Names } from "./programs.ts";
import { type ChangeList, type Place, within } from "./rules.ts";
import { compareTypes, typeText } from "./types.ts";

/** Two versions of one thing, each with its program. */
export interface Pair<T> {
  readonly old: T;
  readonly now: T;
  readonly oldPlace: Place;
  readonly newPlace: Place;
  readonly oldNames: Names;
  readonly newNames: Names;
}

type FieldPair = Pair<FieldSchema>;

/** What an id means in both versions. */
export function matchById(pair: Pair<readonly FieldSchema[]>): {
  pairs: FieldPair[];
  removed: FieldSchema[];
  added: FieldSchema[];
} {
  const later = new Map(pair.now.map((field) => [field.id, field]));
  const earlier = new Set(pair.old.map((field) => field.id));
  const pairs: FieldPair[] = [];
  const removed: FieldSchema[] = [];
  for (const old of pair.old) {
    const now = later.get(old.id);
    if (now === undefined) removed.push(old);
    else
      pairs.push({
        ...pair,
        old,
        now,
        oldPlace: within(pair.oldPlace, old.name),
        newPlace: within(pair.newPlace, now.name),
      });
  }
  return { pairs, removed, added: pair.now.filter((field) => !earlier.has(field.id)) };
}

export function compareStructFields(changes: ChangeList, pair: Pair<readonly FieldSchema[]>): void {
  const { pairs, removed, added } = matchById(pair);
  for (const field of pairs) compareField(changes, field);
  for (const field of removed) {
    const moved = added.find((other) => other.name === field.name);
    const place = within(pair.oldPlace, field.name);
    if (moved !== undefined) {
      const message = `${field.name} had id ${field.id} and has ${moved.id} now`;
      changes.add("field-id-changed", message, place, within(pair.newPlace, moved.name));
    } else {
      const rule = field.need === "required" ? "required-field-removed" : "field-removed";
      changes.add(
        rule,
        `${field.need === "required" ? "required field" : "field"} ${field.id}: ${field.name} is gone`,
        place,
        pair.newPlace,
      );
    }
  }
  for (const field of added) {
    if (field.need !== "required" || removed.some((other) => other.name === field.name)) continue;
    changes.add(
      "required-field-added",
      `field ${field.id}: ${field.name} is new and required`,
      pair.oldPlace,
      within(pair.newPlace, field.name),
    );
  }
}

function compareField(changes: ChangeList, field: FieldPair): void {
  const { old, now, oldPlace, newPlace } = field;
  const difference = fieldTypes(field);
  if (difference === "wire" && old.name !== now.name) {
    const message = `id ${old.id} was ${typeText(old.type)} ${old.name} and is ${typeText(now.type)} ${now.name} now`;
    changes.add("field-id-reused", message, oldPlace, newPlace);
    return;
  }
  if (old.name !== now.name) changes.add("field-renamed", `${old.name} is called ${now.name} now`, oldPlace, newPlace);
  reportType(changes, field, difference);
  compareNeed(changes, field);
  if (JSON.stringify(old.default) !== JSON.stringify(now.default)) {
    changes.add(
      "field-default-changed",
      `default of ${now.name} was ${valueText(old)} and is ${valueText(now)} now`,
      oldPlace,
      newPlace,
    );
  }
}

function fieldTypes({ old, now, oldPlace, newPlace, oldNames, newNames }: FieldPair): ReturnType<typeof compareTypes> {
  return compareTypes(
    { names: oldNames, module: oldPlace.module, type: old.type },
    { names: newNames, module: newPlace.module, type: now.type },
  );
}

function reportType(
  changes: ChangeList,
  { old, now, oldPlace, newPlace }: FieldPair,
  difference: "same" | "form" | "wire",
): void {
  if (difference === "same") return;
  const rule = difference === "wire" ? "field-type-changed" : "field-form-changed";
  changes.add(rule, `${now.name} was ${typeText(old.type)} and is ${typeText(now.type)} now`, oldPlace, newPlace);
}

function compareNeed(changes: ChangeList, { old, now, oldPlace, newPlace }: FieldPair): void {
  if (old.need === now.need) return;
  if (now.need === "required") changes.add("field-became-required", `${now.name} is required now`, oldPlace, newPlace);
  else if (old.need === "required") {
    changes.add("field-no-longer-required", `${now.name} is no longer required`, oldPlace, newPlace);
  } else if (now.need === "optional") {
    changes.add("field-became-optional", `${now.name} is optional now`, oldPlace, newPlace);
  }
}

function valueText(field: FieldSchema): string {
  return field.default === undefined ? "none" : JSON.stringify(field.default);
}

export function compareArguments(changes: ChangeList, pair: Pair<readonly FieldSchema[]>): void {
  const { pairs, removed, added } = matchById(pair);
  for (const field of pairs) {
    const { old, now, oldPlace, newPlace } = field;
    if (old.name !== now.name)
      changes.add("argument-renamed", `argument ${old.name} is called ${now.name} now`, oldPlace, newPlace);
    reportType(changes, field, fieldTypes(field));
  }
  for (const field of removed) {
    changes.add(
      "argument-removed",
      `argument ${field.id}: ${field.name} is gone`,
      within(pair.oldPlace, field.name),
      pair.newPlace,
    );
  }
  for (const field of added) {
    changes.add(
      "argument-added",
      `argument ${field.id}: ${field.name} is new`,
      pair.oldPlace,
      within(pair.newPlace, field.name),
    );
  }
  const order = (fields: readonly FieldSchema[], others: readonly FieldSchema[]): string =>
    fields
      .filter((field) => others.some((other) => other.id === field.id))
      .map((field) => field.id)
      .join();
  if (order(pair.old, pair.now) !== order(pair.now, pair.old)) {
    changes.add("arguments-reordered", "arguments stand in another order", pair.oldPlace, pair.newPlace);
  }
}

export function compareThrows(changes: ChangeList, pair: Pair<readonly FieldSchema[]>): void {
  const { pairs, removed, added } = matchById(pair);
  for (const field of pairs) reportType(changes, field, fieldTypes(field));
  for (const field of removed) {
    changes.add(
      "exception-removed",
      `${typeText(field.type)} is no longer thrown`,
      within(pair.oldPlace, field.name),
      pair.newPlace,
    );
  }
  for (const field of added) {
    changes.add(
      "exception-added",
      `throws ${typeText(field.type)} now`,
      pair.oldPlace,
      within(pair.newPlace, field.name),
    );
  }
}
