/** What a name in a value means: a constant, or a member of an enum. */
import type { Span } from "./ast.ts";
import type { ValueContext } from "./constants.ts";
import { quote } from "./diagnostic.ts";
import type { Constant, Enum, EnumMember, Module, Service, Struct, TrueType, Typedef } from "./program.ts";
import { trueType } from "./program.ts";
import { lookUp, namesInScope, type Outcome } from "./scope.ts";
import { didYouMean } from "./suggest.ts";

export type Reference = { readonly kind: "constant"; readonly constant: Constant } | { readonly kind: "member"; readonly enum: Enum; readonly member: EnumMember };

interface NameNode {
  readonly text: string;
  readonly span: Span;
}

const constants = (module: Module): ReadonlyMap<string, Constant> => module.constantsByName;
const types = (module: Module): ReadonlyMap<string, Struct | Enum | Typedef | Service> => module.types;

/** Undefined: reported, or the include that it comes from is missing. */
export function findReference(node: NameNode, wanted: TrueType, context: ValueContext): Reference | undefined {
  const { module } = context.resolver;
  const constant = lookUp(module, node.text, constants);
  if (constant.kind === "found") return { kind: "constant", constant: constant.value };
  const dot = node.text.lastIndexOf(".");
  return dot < 0 ? findBareMember(node, wanted, context) : findMember(node, dot, constant, context);
}

/** `Enum.MEMBER` or `alias.Enum.MEMBER`, the enum perhaps behind a typedef. */
function findMember(node: NameNode, dot: number, constant: Outcome<Constant>, context: ValueContext): Reference | undefined {
  const { resolver } = context;
  const owner = lookUp(resolver.module, node.text.slice(0, dot), types);
  if (owner.kind === "missing-include") resolver.noteMissing(owner.include, node.span);
  else if (constant.kind === "missing-include") resolver.noteMissing(constant.include, node.span);
  else if (owner.kind === "found") return memberOf(owner.value, node, dot, context);
  else reportUnknown(node, owner, constant, context);
  return undefined;
}

function memberOf(owner: Struct | Enum | Typedef | Service, node: NameNode, dot: number, context: ValueContext): Reference | undefined {
  const found = owner.kind === "typedef" ? trueType(owner.type) : owner.kind === "enum" ? ({ kind: "enum", enum: owner } as const) : undefined;
  if (found?.kind === "unknown") return undefined;
  const { module } = context.resolver;
  if (found?.kind !== "enum") {
    context.evaluator.report(module, "unknown-constant", node.span, `${quote(node.text.slice(0, dot))} is no enum: it has no members`);
    return undefined;
  }
  const name = node.text.slice(dot + 1);
  const member = membersByName(found.enum).get(name);
  if (member !== undefined) return { kind: "member", enum: found.enum, member };
  const hint = didYouMean(name, membersByName(found.enum).keys());
  const related = [{ source: found.enum.module.source, span: found.enum.node.name.span, message: "defined here" }];
  context.evaluator.report(module, "unknown-member", node.span, `enum ${quote(found.enum.name)} has no member ${quote(name)}`, { hint, related });
  return undefined;
}

/** Apache wants the enum's name before the member; fbthrift does without where the type is known. */
function findBareMember(node: NameNode, wanted: TrueType, context: ValueContext): Reference | undefined {
  const { module } = context.resolver;
  const member = wanted.kind === "enum" ? membersByName(wanted.enum).get(node.text) : undefined;
  if (wanted.kind !== "enum" || member === undefined) {
    const hint = didYouMean(node.text, [...namesInScope(module, constants), "true", "false"]);
    context.evaluator.report(module, "unknown-constant", node.span, `no constant named ${quote(node.text)}`, { hint });
    return undefined;
  }
  if (module.tree.dialect === "apache") {
    const hint = `write \`${wanted.enum.module === module ? "" : `${wanted.enum.module.name}.`}${wanted.enum.name}.${node.text}\``;
    context.evaluator.report(module, "unqualified-member", node.span, `enum member ${quote(node.text)} is unqualified`, { hint });
  }
  return { kind: "member", enum: wanted.enum, member };
}

function reportUnknown(node: NameNode, owner: Outcome<unknown>, constant: Outcome<unknown>, context: ValueContext): void {
  const { resolver, evaluator } = context;
  const scope = node.text.slice(0, node.text.lastIndexOf("."));
  const names = [...namesInScope(resolver.module, constants), ...enumMembers(resolver.module)];
  const hint = didYouMean(node.text, names) ?? didYouMean(scope, namesInScope(resolver.module, types));
  if (owner.kind === "unknown-scope" && constant.kind === "unknown-scope") resolver.reportUnknownScope(owner.scope, node.text, node.span);
  else evaluator.report(resolver.module, "unknown-constant", node.span, `no constant or enum member named ${quote(node.text)}`, { hint });
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
