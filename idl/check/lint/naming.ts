/** Rules about how names are spelt. */
import type { Module } from "../../program/program.ts";
import { fieldsOf, type LintId, type LintRule, membersOf, methodsOf, type Subject } from "./rule.ts";

const PASCAL = /^_*[A-Z][A-Za-z0-9]*$/;
const UPPER = /^_*[A-Z][A-Z0-9_]*$/;
const SNAKE = /^_*[a-z][a-z0-9_]*$/;
const CAMEL = /^_*[a-z][A-Za-z0-9]*$/;

function spelling(
  id: LintId,
  what: string,
  form: string,
  pattern: RegExp,
  list: (module: Module) => readonly Subject[],
): LintRule {
  return {
    id,
    summary: `${what} is spelt ${form}`,
    standard: false,
    check(module, report) {
      for (const subject of list(module)) {
        if (!pattern.test(subject.name)) report(subject, `\`${subject.name}\`: ${what} is spelt ${form}`);
      }
    },
  };
}

export const typeName: LintRule = spelling("type-name", "a type or service", "LikeThis", PASCAL, (module) => [
  ...module.structs,
  ...module.enums,
  ...module.typedefs,
  ...module.services,
]);

export const methodName: LintRule = spelling(
  "method-name",
  "a method",
  "likeThis or like_this",
  new RegExp(`${CAMEL.source}|${SNAKE.source}`),
  methodsOf,
);

export const enumMemberName: LintRule = spelling("enum-member-name", "an enum member", "LIKE_THIS", UPPER, membersOf);

export const constantName: LintRule = spelling(
  "constant-name",
  "a constant",
  "LIKE_THIS",
  UPPER,
  (module) => module.constants,
);

/** Either form, but one form in a file: the first field whose name shows one decides. */
export const fieldName: LintRule = {
  id: "field-name",
  summary: "fields are spelt likeThis or like_this, the same way in the whole file",
  standard: false,
  check(module, report) {
    const fields = module.definitions.flatMap(fieldsOf);
    const first = fields.find(({ name }) => SNAKE.test(name) !== CAMEL.test(name));
    const snake = first === undefined || SNAKE.test(first.name);
    for (const field of fields) {
      if ((snake ? SNAKE : CAMEL).test(field.name)) continue;
      const hint = first && first !== field ? `\`${first.name}\` was the first of this file` : undefined;
      report(field, `\`${field.name}\`: the fields of this file are spelt ${snake ? "like_this" : "likeThis"}`, hint);
    }
  },
};
