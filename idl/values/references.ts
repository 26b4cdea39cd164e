/** What a name in a value means: a constant, or a member of an enum. */
import { suggestName } from "../names/name-hints.ts";
import { lookUp, namesInScope, type Outcome } from "../names/scope.ts";
import type { Constant, Enum, EnumMember, Module, Service, Struct, TrueType, Typedef } from "../program/program.ts";
import { trueType } from "../program/program.ts";
import { quote } from "../source/diagnostic.ts";
import { didYouMean, nearest } from "../source/suggest.ts";
import type { Span } from "../syntax/ast.ts";
import type { ValueContext } from "./value-context.ts";

export type Reference =
  | { readonly kind: "constant"; readonly constant: Constant }
  | { readonly kind: "member"; readonly enum: Enum; readonly member: EnumMember };

interface NameNode {
  readonly text: string;
  readonly span: Span;
}

const constants = (module: Module): ReadonlyMap<string, Constant> => module.constantsByName;
const types = (module: Module): ReadonlyMap<string, Struct | Enum | Typedef | Service> => module.types;

/** Undefined: reported, or the include that it comes from is missing. */
export function findReference(node: NameNode, wanted: TrueType, context: ValueContext): Reference | undefined {
  const { module } = context.names;
  const constant = lookUp(module, node.text, constants);
  if (constant.kind === "found") return { kind: "constant", constant: constant.value };
  const dot = node.text.lastIndexOf(".");
  return dot < 0 ? findBareMember(node, wanted, context) : findMember(node, dot, wanted, constant, context);
}

/** Like Apache's compiler, ignores what precedes the last dot where the wanted enum has the member. */
function findInWanted(node: NameNode, dot: number, wanted: TrueType, context: ValueContext): Reference | undefined {
  const member = wanted.kind === "enum" ? membersByName(wanted.enum).get(node.text.slice(dot + 1)) : undefined;
  if (wanted.kind !== "enum" || member === undefined) return undefined;
  const { module } = context.names;
  const target = qualified(wanted.enum, module);
  const message = `${quote(node.text)} is taken for the member of ${quote(target)} that has its name`;
  context.evaluator.report(module, "member-of-other-enum", node.span, message, {
    hint: `write \`${target}.${member.name}\``,
  });
  return { kind: "member", enum: wanted.enum, member };
}

function qualified(enumeration: Enum, from: Module): string {
  if (enumeration.module === from) return enumeration.name;
  const include = from.includes.find((candidate) => candidate.module === enumeration.module);
  return `${include?.alias ?? enumeration.module.name}.${enumeration.name}`;
}

/** The member of the same name where a member of another enum was written for one of the wanted enum. */
function findTwin(
  node: NameNode,
  dot: number,
  wanted: TrueType,
  named: Enum,
  context: ValueContext,
): Reference | undefined {
  return wanted.kind === "enum" && wanted.enum !== named ? findInWanted(node, dot, wanted, context) : undefined;
}

/** `Enum.MEMBER` or `alias.Enum.MEMBER`, the enum perhaps named by a typedef. */
function findMember(
  node: NameNode,
  dot: number,
  wanted: TrueType,
  constant: Outcome<Constant>,
  context: ValueContext,
): Reference | undefined {
  const { names } = context;
  const owner = lookUp(names.module, node.text.slice(0, dot), types);
  const enumeration = owner.kind === "found" ? asEnum(owner.value) : undefined;
  const member = enumeration === undefined ? undefined : membersByName(enumeration).get(node.text.slice(dot + 1));
  if (enumeration !== undefined && member !== undefined)
    return findTwin(node, dot, wanted, enumeration, context) ?? { kind: "member", enum: enumeration, member };
  if (owner.kind === "missing-include") names.noteMissing(owner.include, node.span);
  else if (constant.kind === "missing-include") names.noteMissing(constant.include, node.span);
  else return findInWanted(node, dot, wanted, context) ?? reportUnknown(node, dot, owner, constant, context);
  return undefined;
}

function asEnum(named: Struct | Enum | Typedef | Service): Enum | undefined {
  if (named.kind === "enum") return named;
  const found = named.kind === "typedef" ? trueType(named.type) : undefined;
  return found?.kind === "enum" ? found.enum : undefined;
}

/** Apache wants the enum's name before the member; fbthrift does without where the type is known. */
function findBareMember(node: NameNode, wanted: TrueType, context: ValueContext): Reference | undefined {
  const { module } = context.names;
  const member = wanted.kind === "enum" ? membersByName(wanted.enum).get(node.text) : undefined;
  if (wanted.kind !== "enum" || member === undefined) {
    const hint = (): string | undefined => bareHint(node.text, wanted, module);
    context.evaluator.report(module, "unknown-constant", node.span, `no constant named ${quote(node.text)}`, { hint });
    return undefined;
  }
  if (module.tree.dialect === "apache") {
    const hint = `write \`${qualified(wanted.enum, module)}.${node.text}\``;
    context.evaluator.report(
      module,
      "unqualified-member",
      node.span,
      `enum member ${quote(node.text)} is unqualified`,
      { hint },
    );
  }
  return { kind: "member", enum: wanted.enum, member };
}

const NULLS: ReadonlySet<string> = new Set(["null", "none", "nil", "undefined", "void"]);

/** A guess at what was meant by a word that is not a constant. */
function bareHint(name: string, wanted: TrueType, module: Module): string | undefined {
  if (NULLS.has(name.toLowerCase())) return "Thrift has no null: an `optional` field without a value is unset";
  if (wanted.kind === "base" && (wanted.base === "string" || wanted.base === "binary" || wanted.base === "uuid"))
    return `text stands in quotes: write \`"${name.slice(0, 60)}"\``;
  if (/^(?:yes|no|on|off|t|f|y|n)$/i.test(name) && wanted.kind === "base" && wanted.base === "bool")
    return "a bool is true or false";
  const members = wanted.kind === "enum" ? nearest(name, membersByName(wanted.enum).keys()) : undefined;
  if (wanted.kind === "enum" && members !== undefined)
    return `did you mean \`${qualified(wanted.enum, module)}.${members}\`?`;
  return suggestName(module, name, constants, ["true", "false"]);
}

function reportUnknown(
  node: NameNode,
  dot: number,
  owner: Outcome<Struct | Enum | Typedef | Service>,
  constant: Outcome<Constant>,
  context: ValueContext,
): undefined {
  const { names, evaluator } = context;
  if (owner.kind === "found") reportNoMember(node, dot, owner.value, context);
  else if (owner.kind === "unknown-scope" && constant.kind === "unknown-scope")
    names.reportUnknownScope(owner.scope, node.text, node.span);
  else {
    const candidates = (): string[] => [...namesInScope(names.module, constants), ...enumMembers(names.module)];
    const hint = (): string | undefined =>
      didYouMean(node.text, candidates()) ?? didYouMean(node.text.slice(0, dot), namesInScope(names.module, types));
    evaluator.report(
      names.module,
      "unknown-constant",
      node.span,
      `no constant or enum member named ${quote(node.text)}`,
      { hint },
    );
  }
}

function reportNoMember(
  node: NameNode,
  dot: number,
  owner: Struct | Enum | Typedef | Service,
  { names, evaluator }: ValueContext,
): void {
  if (owner.kind === "typedef" && trueType(owner.type).kind === "unknown") return;
  const enumeration = asEnum(owner);
  const related = [{ source: owner.module.source, span: owner.node.name.span, message: "defined here" }];
  if (enumeration === undefined) {
    const message = `${quote(node.text.slice(0, dot))} is no enum: it has no members`;
    evaluator.report(names.module, "unknown-constant", node.span, message, { related });
    return;
  }
  const name = node.text.slice(dot + 1);
  const hint = (): string | undefined =>
    didYouMean(name, membersByName(enumeration).keys()) ?? listMembers(enumeration);
  const message = `enum ${quote(enumeration.name)} has no member ${quote(name)}`;
  evaluator.report(names.module, "unknown-member", node.span, message, { hint, related });
}

const MAX_LISTED = 8;

/** A small enum's members are all listed. */
function listMembers({ members }: Enum): string | undefined {
  if (members.length === 0 || members.length > MAX_LISTED) return undefined;
  return `its members are ${members.map((member) => quote(member.name)).join(", ")}`;
}

/** The module's own, for hints. */
function* enumMembers(module: Module): Generator<string> {
  for (const { name, members } of module.enums) for (const member of members) yield `${name}.${member.name}`;
}

const MEMBERS = new WeakMap<Enum, ReadonlyMap<string, EnumMember>>();

export function membersByName(enumeration: Enum): ReadonlyMap<string, EnumMember> {
  let members = MEMBERS.get(enumeration);
  if (members === undefined) {
    members = new Map(enumeration.members.map((member) => [member.name, member]));
    MEMBERS.set(enumeration, members);
  }
  return members;
}
