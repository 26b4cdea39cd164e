/**
 * A module as what is made of it sees it: its key among the modules, the settings that hold in it, the names of other modules
 * that it refers to. Both the schema and the TypeScript are made through it, so that they agree.
 */
import type { LayoutOptions } from "../files/module-keys.ts";
import { moduleKeys } from "../files/module-keys.ts";
import type { Enum, Module, Program, ResolvedAnnotation, Struct, Type, Typedef } from "../program/program.ts";
import {
  type Asked,
  askedBy,
  askedByFile,
  askedByNode,
  NO_SETTINGS,
  type OwnSettings,
  readSettings,
  type Settings,
} from "../program/settings.ts";
import type { BaseTypeName } from "../syntax/ast.ts";
import type { FileAnnotations, ProjectAnnotations } from "./project-annotations.ts";
import { type AliasUse, baseUse, sameForm, type TypeUse } from "./type-use.ts";
import { identifier, takeName } from "./typescript-names.ts";

export interface ScopeOptions extends LayoutOptions {
  readonly annotations?: ProjectAnnotations;
}

/** The scopes of a program's modules. */
export class ProgramScope {
  readonly #scopes = new Map<Module, ModuleScope>();
  readonly #options: ScopeOptions;
  readonly #keys: ReadonlyMap<string, string>;

  constructor(program: Program, options: ScopeOptions = {}) {
    this.#options = options;
    this.#keys = moduleKeys(
      program.modules.map((module) => module.key),
      options,
    );
  }

  of(module: Module): ModuleScope {
    let scope = this.#scopes.get(module);
    if (scope === undefined) {
      const asked = this.#options.annotations?.of(module.key) ?? NO_ANNOTATIONS;
      this.#scopes.set(
        module,
        (scope = new ModuleScope(this, module, this.#keys.get(module.key) ?? module.name, asked)),
      );
    }
    return scope;
  }
}

/** Something with a name and annotations. */
export interface Annotated {
  readonly annotations: readonly ResolvedAnnotation[];
}

export class ModuleScope {
  readonly module: Module;
  /** Its place among the modules, as `layout.ts` gives it. */
  readonly key: string;
  /** What holds for the whole file. */
  readonly settings: Settings;
  readonly #program: ProgramScope;
  readonly #project: FileAnnotations;
  readonly #aliases = new Map<Module, string>();
  readonly #takenAliases = new Set<string>();
  readonly #typedefs = new Map<Typedef, TypeUse>();
  /** Only types without settings: most are looked at twice. */
  readonly #uses = new Map<Type, TypeUse>();
  readonly #plain = new Map<BaseTypeName, TypeUse>();

  constructor(program: ProgramScope, module: Module, key: string, project: FileAnnotations) {
    this.#program = program;
    this.module = module;
    this.key = key;
    this.#project = project;
    this.settings = readSettings([...askedByFile(module.tree), ...(project.get("*") ?? NOTHING)]);
    for (const include of module.includes) if (include.module) this.aliasOf(include.module, include.alias);
  }

  of(module: Module): ModuleScope {
    return this.#program.of(module);
  }

  /** What other modules are called here; unique, and an identifier. Grows by modules that only typedefs lead to. */
  get aliases(): ReadonlyMap<Module, string> {
    return this.#aliases;
  }

  aliasOf(module: Module, wanted: string = module.name): string {
    let alias = this.#aliases.get(module);
    if (alias === undefined) this.#aliases.set(module, (alias = takeName(identifier(wanted), this.#takenAliases)));
    return alias;
  }

  /** What a project adds to the annotations of `path`: `Work`, `Work.num1`. */
  added(path: string): readonly Asked[] {
    return this.#project.size === 0 ? NOTHING : (this.#project.get(path) ?? NOTHING);
  }

  /** What the annotations of one thing ask for, those of the project last. */
  settingsOf(path: string, thing: Annotated): Settings & OwnSettings {
    const added = this.added(path);
    if (added.length === 0 && thing.annotations.length === 0) return NO_SETTINGS;
    return readSettings([...askedBy(thing.annotations), ...added]);
  }

  /** `near` are the settings of the field or argument, `far` those of what holds it. */
  use(type: Type, near: Settings = NO_SETTINGS, far: Settings = NO_SETTINGS): TypeUse {
    if (near !== NO_SETTINGS || far !== NO_SETTINGS) return this.#use(type, [near], [far, this.settings]);
    if (type.kind === "base" && type.node.annotations.length === 0) return this.#plainUse(type.base);
    let known = this.#uses.get(type);
    if (known === undefined) this.#uses.set(type, (known = this.#use(type, [near], [far, this.settings])));
    return known;
  }

  #plainUse(base: BaseTypeName): TypeUse {
    let known = this.#plain.get(base);
    if (known === undefined) this.#plain.set(base, (known = baseUse(base, NONE, [this.settings])));
    return known;
  }

  /** The type that a typedef of this module stands for, as this module sees it. */
  typedefUse(typedef: Typedef): TypeUse {
    let known = this.#typedefs.get(typedef);
    if (known === undefined) {
      known = this.use(typedef.type, NO_SETTINGS, this.settingsOf(typedef.name, typedef));
      this.#typedefs.set(typedef, known);
    }
    return known;
  }

  /** Settings from near to far: at the type, at the field; then of typedefs on the way, of the struct, of files. */
  #use(type: Type, near: readonly Settings[], far: readonly Settings[]): TypeUse {
    const at = type.node.annotations.length === 0 ? near : [readSettings(askedByNode(type.node.annotations)), ...near];
    switch (type.kind) {
      case "base":
        return baseUse(type.base, at, far);
      case "list":
      case "set":
        return { kind: type.kind, element: this.#use(type.element, at, far) };
      case "map":
        return { kind: "map", key: this.#use(type.key, at, far), value: this.#use(type.value, at, far) };
      case "struct":
        return { kind: "struct", definition: type.struct };
      case "enum":
        return { kind: "enum", definition: type.enum };
      case "typedef":
        return this.#typedef(type.typedef, at, far);
      case "unknown":
        throw new Error(`${this.module.path}: ${type.name} is unknown: a program with errors has no types`);
    }
  }

  #typedef(typedef: Typedef, near: readonly Settings[], far: readonly Settings[]): AliasUse {
    const home = this.of(typedef.module);
    const [struct = NO_SETTINGS, ...files] = far;
    const own = home.settingsOf(typedef.name, typedef);
    const within = { ...struct, ...own };
    const type = this.#use(typedef.type, near, [within, ...(home === this ? files : [home.settings, ...files])]);
    return { kind: "alias", definition: typedef, type, own: sameForm(type, home.typedefUse(typedef)) };
  }
}

/** `Name`, or `alias.Name` for what another module defines. */
export function nameIn(
  scope: ModuleScope,
  definition: Struct | Enum | { readonly name: string; readonly module: Module },
): string {
  return definition.module === scope.module
    ? definition.name
    : `${scope.aliasOf(definition.module)}.${definition.name}`;
}

const NOTHING: readonly Asked[] = [];
const NONE: readonly Settings[] = [];
const NO_ANNOTATIONS: FileAnnotations = new Map();
