/**
 * What names mean in one module, and the findings about unknown ones. A missing include is remembered, and reported
 * once, at the end, by whether one of its names was used.
 */
import { TYPE_WORDS } from "../parser/type.ts";
import {
  type Enum,
  type Include,
  type Module,
  type Service,
  type Struct,
  type Typedef,
  trueType,
} from "../program/program.ts";
import { type DiagnosticDetails, type Diagnostics, quote, type Related } from "../source/diagnostic.ts";
import { didYouMean, nearest } from "../source/suggest.ts";
import type { Name, Span } from "../syntax/ast.ts";
import { describeKind } from "./declare.ts";
import { commentedInclude, suggestName, suggestType } from "./name-hints.ts";
import { lookUp, namesInScope, type Outcome } from "./scope.ts";

/** All that shares the space of names of types. */
export type Named = Struct | Enum | Typedef | Service;

const types = (module: Module): ReadonlyMap<string, Named> => module.types;

export class NameFinder {
  readonly module: Module;
  readonly #diagnostics: Diagnostics;
  /** Includes that were not found, and where one of their names is first used. */
  readonly #missing = new Map<Include, Use>();
  /** Scopes that were reported: one forgotten include is one finding. */
  readonly #unknownScopes = new Set<string>();

  constructor(module: Module, diagnostics: Diagnostics) {
    this.module = module;
    this.#diagnostics = diagnostics;
  }

  /** The type that a name in a value or annotation means, or undefined; a missing include is remembered and not reported here. */
  findType(name: string, span: Span): Named | undefined {
    const outcome = lookUp(this.module, name, types);
    if (outcome.kind === "missing-include") this.noteMissing(outcome.include, span);
    return outcome.kind === "found" ? outcome.value : undefined;
  }

  /** `scope` is the name that was written for it. */
  noteMissing(include: Include, span: Span, scope: string = include.alias): void {
    if (!this.#missing.has(include)) this.#missing.set(include, { span, scope });
  }

  /** A type that can be the type of a value. Undefined: reported. */
  valueType(name: string, span: Span): Exclude<Named, Service> | undefined {
    const outcome = lookUp(this.module, name, types);
    if (outcome.kind !== "found") this.#reportUnknown(name, span, outcome);
    else if (!isService(outcome.value)) return outcome.value;
    else this.#report("service-type", span, `${describeKind(outcome.value.kind)} ${quote(name)} is no type of a value`);
    return undefined;
  }

  /** The struct of a structured annotation; one that is unknown is a warning. */
  annotationStruct(name: Name): Struct | undefined {
    const found = this.findType(name.text, name.span);
    if (found !== undefined && "fields" in found) return found;
    if (found?.kind === "typedef") {
      const type = trueType(found.type);
      return type.kind === "struct" ? type.struct : undefined;
    }
    if (lookUp(this.module, name.text, types).kind === "missing-include") return undefined;
    this.#report("unknown-annotation", name.span, `no struct ${quote(name.text)} for this annotation`, () =>
      didYouMean(name.text, namesInScope(this.module, types)),
    );
    return undefined;
  }

  /** Undefined: reported. */
  service(name: Name, kind: "service" | "interaction"): Service | undefined {
    const outcome = lookUp(this.module, name.text, types);
    if (outcome.kind === "found") return this.#asService(outcome.value, name, kind);
    if (outcome.kind === "missing-include") this.noteMissing(outcome.include, name.span);
    else if (outcome.kind === "unknown-scope") this.reportUnknownScope(outcome.scope, name.text, name.span);
    else
      this.#report("unknown-service", name.span, `unknown ${kind} ${quote(name.text)}`, () =>
        suggestName(this.module, name.text, services, []),
      );
    return undefined;
  }

  #asService(found: Named, name: Name, kind: "service" | "interaction"): Service | undefined {
    if (found.kind === kind) return found;
    const code = kind === "service" ? "not-a-service" : "not-an-interaction";
    const related = [{ source: found.module.source, span: found.node.name.span, message: "defined here" }];
    this.#report(
      code,
      name.span,
      `${quote(name.text)} is a ${describeKind(found.kind)}, not ${kind === "service" ? "a service" : "an interaction"}`,
      () => didYouMean(name.text, this.#serviceNames()),
      related,
    );
    return undefined;
  }

  #serviceNames(): string[] {
    return [...namesInScope(this.module, services)];
  }

  /** A scope that is nearly the name of a missing include is that include: then the include is what is wrong. */
  reportUnknownScope(scope: string, name: string, span: Span): void {
    const meant = nearest(
      scope,
      this.module.includes.flatMap(({ alias, module }) => (module === undefined ? [alias] : [])),
    );
    const include = this.module.includes.find(({ alias, module }) => alias === meant && module === undefined);
    if (include !== undefined) return this.noteMissing(include, span, scope);
    if (this.#unknownScopes.has(scope)) return;
    this.#unknownScopes.add(scope);
    this.#report("unknown-scope", span, `no include named ${quote(scope)}`, () => this.#scopeHint(scope, name));
  }

  #scopeHint(scope: string, name: string): string {
    const aliases = this.module.includes.map((include) => include.alias);
    const commented = commentedInclude(this.module, scope);
    if (commented !== undefined) return commented;
    const bare = name.slice(scope.length + 1);
    if (TYPE_WORDS.includes(bare)) return `did you mean \`${bare}\`?`;
    return (
      didYouMean(scope, aliases) ??
      didYouMean(name, namesInScope(this.module, types)) ??
      `write \`include "${scope.slice(0, 60)}.thrift"\` at the top`
    );
  }

  /** After everything that uses names: a missing include matters only if one of its names is used. */
  reportMissingIncludes(): void {
    for (const include of this.module.includes) {
      if (include.module !== undefined) continue;
      const { node } = include;
      const used = this.#missing.get(include);
      if (used === undefined) {
        this.#report(
          "unused-missing-include",
          node.pathSpan,
          `cannot find ${quote(node.path)}; none of its names is used here`,
          "remove the include, or pass its directory with -I",
        );
      } else {
        const related = [{ source: this.module.source, span: used.span, message: "used here" }];
        const meant = node.path.replace(include.alias, used.scope);
        const hint =
          used.scope === include.alias
            ? "pass the directory that it is in with -I"
            : `did you mean ${quote(meant)}? Names of ${quote(used.scope)} are used`;
        this.#report("include-not-found", node.pathSpan, `cannot find ${quote(node.path)}`, hint, related);
      }
    }
  }

  #reportUnknown(name: string, span: Span, outcome: Outcome<Named>): void {
    if (outcome.kind === "missing-include") {
      this.noteMissing(outcome.include, span);
      return;
    }
    if (outcome.kind === "unknown-scope") {
      this.reportUnknownScope(outcome.scope, name, span);
      return;
    }
    const constant = lookUp(this.module, name, (module) => module.constantsByName);
    const hint = (): string | undefined => suggestType(this.module, name, span);
    if (constant.kind === "found") this.#report("not-a-type", span, `${quote(name)} is a constant, not a type`, hint);
    else this.#report("unknown-type", span, `unknown type ${quote(name)}`, hint);
  }

  #report(
    code: Parameters<Diagnostics["report"]>[1],
    span: Span,
    message: string,
    hint?: DiagnosticDetails["hint"],
    related: readonly Related[] = [],
  ): void {
    this.#diagnostics.report(this.module.source, code, span, message, { hint, related });
  }
}

/** Where a name of a missing include is first used, and what it was called there. */
interface Use {
  readonly span: Span;
  readonly scope: string;
}

function services(module: Module): ReadonlyMap<string, Service> {
  return new Map(module.services.map((service) => [service.name, service]));
}

export function isService(named: Named): named is Service {
  return named.kind === "service" || named.kind === "interaction";
}
