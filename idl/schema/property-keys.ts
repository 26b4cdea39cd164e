/** The properties that fields, methods and enum members become in JavaScript: no two of one definition the same. */
import type { Enum, EnumMember, Field, Method, Service, Struct } from "../program/program.ts";
import type { Annotated, ModuleScope } from "./module-scope.ts";
import { targetOf } from "./type-use.ts";
import { camelCase, exceptionFieldKey, fieldKey, memberKey, methodKey, takeName } from "./typescript-names.ts";

/** Keys that are not the name in the IDL; most definitions have none. */
export type Keys<T> = ReadonlyMap<T, string>;

export function fieldKeys(scope: ModuleScope, struct: Struct): Keys<Field> {
  const legal = struct.kind === "exception" ? exceptionKey(scope) : fieldKey;
  return allot(scope, struct, struct.fields, scope.settingsOf(struct.name, struct).names, legal);
}

export function methodKeys(scope: ModuleScope, service: Service): Keys<Method> {
  return allot(scope, service, service.methods, scope.settingsOf(service.name, service).names, methodKey);
}

export function memberKeys(scope: ModuleScope, definition: Enum): Keys<EnumMember> {
  return allot(scope, definition, definition.members, "idl", memberKey);
}

function exceptionKey(scope: ModuleScope): (key: string, field: Field) => string {
  return (key, field) => {
    const type = targetOf(scope.use(field.type));
    return exceptionFieldKey(key, type.kind === "base" && type.schema === "string", field.need === "optional");
  };
}

interface Thing extends Annotated {
  readonly name: string;
}

function allot<T extends Thing>(
  scope: ModuleScope,
  owner: Thing,
  things: readonly T[],
  style: "idl" | "camelCase" | undefined,
  legal: (key: string, thing: T) => string,
): Keys<T> {
  const camel = (style ?? scope.settings.names) === "camelCase";
  const changed = new Map<T, string>();
  for (const thing of things) {
    const { name = camel ? camelCase(thing.name) : thing.name } = scope.settingsOf(
      `${owner.name}.${thing.name}`,
      thing,
    );
    const key = legal(name, thing);
    if (key !== thing.name) changed.set(thing, key);
  }
  return changed.size === 0 ? changed : separate(things, changed);
}

/** Names that stay as they are come first, then the others by name: the order in the IDL does not matter. */
function separate<T extends Thing>(things: readonly T[], changed: ReadonlyMap<T, string>): Keys<T> {
  const taken = new Set(things.filter((thing) => !changed.has(thing)).map((thing) => thing.name));
  const inOrder = [...changed].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
  return new Map(inOrder.map(([thing, key]) => [thing, takeName(key, taken)]));
}
