/**
 * A type as it is used at one place: settings applied, typedefs still visible. The schema is made of it, and the TypeScript.
 * Knows neither.
 */
import type { BaseTypeSchema } from "../../lib/schema/schema.ts";
import type { Enum, Struct, Typedef } from "../program/program.ts";
import type { Settings } from "../program/settings.ts";
import type { BaseTypeName } from "../syntax/ast.ts";

export type TypeUse =
  | { readonly kind: "base"; readonly schema: BaseTypeSchema }
  | { readonly kind: "list" | "set"; readonly element: TypeUse }
  | { readonly kind: "map"; readonly key: TypeUse; readonly value: TypeUse }
  | { readonly kind: "enum"; readonly definition: Enum }
  | { readonly kind: "struct"; readonly definition: Struct }
  | AliasUse;

/** A typedef. `own`: what it stands for here is what it stands for in its own file, so that its name may be used. */
export interface AliasUse {
  readonly kind: "alias";
  readonly definition: Typedef;
  readonly type: TypeUse;
  readonly own: boolean;
}

/** The type that a chain of typedefs ends in. */
export type TargetUse = Exclude<TypeUse, AliasUse>;

export function targetOf(use: TypeUse): TargetUse {
  let at = use;
  while (at.kind === "alias") at = at.type;
  return at;
}

/** The base type in the form that the nearest settings ask for that say anything of it; those of `near` come first. */
export function baseUse(base: BaseTypeName, near: readonly Settings[], far: readonly Settings[]): TypeUse {
  if (base === "i64") return use(I64_FORMS[first(near, "i64") ?? first(far, "i64") ?? "bigint"]);
  if (base === "binary")
    return use((first(near, "binary") ?? first(far, "binary")) === "view" ? "binary/view" : "binary");
  return use(base === "byte" ? "i8" : base);
}

/** Whether two uses of one type are the same in JavaScript. */
export function sameForm(a: TypeUse, b: TypeUse): boolean {
  const [x, y] = [targetOf(a), targetOf(b)];
  if (x.kind === "base") return y.kind === "base" && x.schema === y.schema;
  if (x.kind === "map") return y.kind === "map" && sameForm(x.key, y.key) && sameForm(x.value, y.value);
  if (x.kind === "list" || x.kind === "set") return y.kind === x.kind && sameForm(x.element, y.element);
  return y.kind === x.kind;
}

/** The value of `key` in the nearest of `settings` that has one. */
function first<K extends keyof Settings>(settings: readonly Settings[], key: K): Settings[K] | undefined {
  return settings.find((s) => s[key] !== undefined)?.[key];
}

const I64_FORMS = { bigint: "i64", number: "i64/number", string: "i64/string" } as const;

const uses = new Map<BaseTypeSchema, TypeUse>();

function use(schema: BaseTypeSchema): TypeUse {
  let known = uses.get(schema);
  if (known === undefined) uses.set(schema, (known = { kind: "base", schema }));
  return known;
}
