/** What a new version of a program would break for those who use the old one. Works on schemas, so it sees what programs see. */
import type { ConstantSchema, EnumSchema, ModuleSchema, ProgramSchema, StructSchema } from "../../lib/schema/schema.ts";
import { compareStructFields, type Pair } from "./fields.ts";
import { Names } from "./programs.ts";
import { type Change, ChangeList, type Place, within } from "./rules.ts";
import { compareServices } from "./services.ts";
import { typeText } from "./types.ts";

/** The breaking changes from `old` to `now`, module by module in the old order. Modules match by key, the main ones whatever their keys. */
export function comparePrograms(old: ProgramSchema, now: ProgramSchema): Change[] {
  const changes = new ChangeList();
  const oldNames = new Names(old);
  const newNames = new Names(now);
  for (const key of oldNames.keys()) {
    const newKey = key === oldNames.main ? newNames.main : key;
    const before = oldNames.module(key);
    if (before === undefined) continue;
    const after = newNames.module(newKey) ?? { name: before.name };
    const places = {
      oldPlace: { module: key, names: [] },
      newPlace: { module: newNames.module(newKey) ? newKey : newNames.main, names: [] },
    };
    compareModules(changes, { old: before, now: after, ...places, oldNames, newNames });
  }
  return changes.changes;
}

function compareModules(changes: ChangeList, pair: Pair<ModuleSchema>): void {
  compareDefinitions(changes, pair, "enum", (module) => module.enums, compareEnums);
  compareDefinitions(changes, pair, "struct", (module) => module.structs, compareStructs);
  compareDefinitions(changes, pair, "constant", (module) => module.constants, compareConstants);
  compareDefinitions(changes, pair, "service", (module) => module.services, compareServices);
}

type Kind = "enum" | "struct" | "constant" | "service";

function compareDefinitions<T extends { readonly name: string }>(
  changes: ChangeList,
  pair: Pair<ModuleSchema>,
  kind: Kind,
  list: (module: ModuleSchema) => readonly T[] | undefined,
  compare: (changes: ChangeList, pair: Pair<T>) => void,
): void {
  const later = new Map((list(pair.now) ?? []).map((item) => [item.name, item]));
  for (const old of list(pair.old) ?? []) {
    const now = later.get(old.name);
    const oldPlace = within(pair.oldPlace, old.name);
    if (now !== undefined) compare(changes, { ...pair, old, now, oldPlace, newPlace: within(pair.newPlace, now.name) });
    else reportMissing(changes, pair, kind, old.name, oldPlace);
  }
}

function reportMissing(changes: ChangeList, pair: Pair<ModuleSchema>, kind: Kind, name: string, oldPlace: Place): void {
  const other = kindOfName(pair.now, name);
  if (other === undefined) changes.add("definition-removed", `${kind} ${name} is gone`, oldPlace, pair.newPlace);
  else
    changes.add(
      "definition-kind-changed",
      `${name} was a ${kind} and is a ${other} now`,
      oldPlace,
      within(pair.newPlace, name),
    );
}

function kindOfName(module: ModuleSchema, name: string): Kind | undefined {
  const has = (list: readonly { readonly name: string }[] | undefined): boolean =>
    list?.some((item) => item.name === name) ?? false;
  if (has(module.enums)) return "enum";
  if (has(module.structs)) return "struct";
  if (has(module.constants)) return "constant";
  return has(module.services) ? "service" : undefined;
}

function compareStructs(changes: ChangeList, pair: Pair<StructSchema>): void {
  const { old, now, oldPlace, newPlace } = pair;
  if (old.kind !== now.kind) {
    changes.add(
      "definition-kind-changed",
      `${now.name} was a ${old.kind} and is a ${now.kind} now`,
      oldPlace,
      newPlace,
    );
  }
  compareStructFields(changes, { ...pair, old: old.fields, now: now.fields });
}

function compareEnums(changes: ChangeList, { old, now, oldPlace, newPlace }: Pair<EnumSchema>): void {
  for (const member of old.members) {
    const place = within(oldPlace, member.name);
    const same = now.members.find((other) => other.name === member.name);
    const renamed = now.members.find(
      (other) => other.value === member.value && !old.members.some((one) => one.name === other.name),
    );
    if (same !== undefined) {
      if (same.value === member.value) continue;
      changes.add(
        "enum-value-changed",
        `${member.name} was ${member.value} and is ${same.value} now`,
        place,
        within(newPlace, same.name),
      );
    } else if (renamed !== undefined) {
      changes.add(
        "enum-member-renamed",
        `${member.name} is called ${renamed.name} now`,
        place,
        within(newPlace, renamed.name),
      );
    } else changes.add("enum-member-removed", `${member.name} = ${member.value} is gone`, place, newPlace);
  }
}

function compareConstants(changes: ChangeList, { old, now, oldPlace, newPlace }: Pair<ConstantSchema>): void {
  const before = `${typeText(old.type)} ${JSON.stringify(old.value)}`;
  const after = `${typeText(now.type)} ${JSON.stringify(now.value)}`;
  if (before !== after)
    changes.add("constant-changed", `${now.name} was ${clip(before)} and is ${clip(after)} now`, oldPlace, newPlace);
}

function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
