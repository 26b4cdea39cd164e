/** The properties that fields, methods and enum members become in JavaScript: no two of one definition the same. */
import type { Annotated, ModuleScope } from "../module-scope.ts";
import type { Enum, EnumMember, Field, Method, Service, Struct } from "../program.ts";
import { targetOf } from "../type-use.ts";
import { camelCase, exceptionFieldKey, fieldKey, methodKey, takeName } from "./names.ts";

export function fieldKeys(scope: ModuleScope, struct: Struct): ReadonlyMap<Field, string> {
  const far = scope.settingsOf(struct.name, struct);
  const isText = (field: Field): boolean => {
    const type = targetOf(scope.use(field.type));
    return type.kind === "base" && type.schema === "string";
  };
  const legal = (key: string, field: Field): string =>
    struct.kind === "exception" ? exceptionFieldKey(key, isText(field), field.need === "optional") : fieldKey(key);
  return allot(scope, struct.name, struct.fields, far.names, legal);
}

export function methodKeys(scope: ModuleScope, service: Service): ReadonlyMap<Method, string> {
  return allot(scope, service.name, service.methods, scope.settingsOf(service.name, service).names, methodKey);
}

export function memberKeys(scope: ModuleScope, definition: Enum): ReadonlyMap<EnumMember, string> {
  return allot(scope, definition.name, definition.members, "idl", fieldKey);
}

/** Names that stay as they are come first, then the others by name: the order in the IDL does not matter. */
function allot<T extends Annotated & { readonly name: string }>(
  scope: ModuleScope,
  path: string,
  things: readonly T[],
  style: "idl" | "camelCase" | undefined,
  legal: (key: string, thing: T) => string,
): ReadonlyMap<T, string> {
  const camel = (style ?? scope.settings.names) === "camelCase";
  const wanted = new Map<T, string>();
  for (const thing of things) {
    const { name = camel ? camelCase(thing.name) : thing.name } = scope.settingsOf(`${path}.${thing.name}`, thing);
    wanted.set(thing, legal(name, thing));
  }
  const taken = new Set<string>();
  const keys = new Map<T, string>();
  const changed = things.filter((thing) => wanted.get(thing) !== thing.name);
  for (const thing of things) if (wanted.get(thing) === thing.name) keys.set(thing, takeName(thing.name, taken));
  for (const thing of changed.sort((a, b) => (a.name < b.name ? -1 : 1)))
    keys.set(thing, takeName(wanted.get(thing) ?? thing.name, taken));
  return keys;
}
