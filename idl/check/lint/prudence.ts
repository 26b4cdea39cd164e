/** Rules about what one is likely to regret. */
import { type Field, type Module, type Type, trueType } from "../../program/program.ts";
import { fieldsOf, type LintRule, methodsOf } from "./rule.ts";

export const requiredField: LintRule = {
  id: "required-field",
  summary: "no field is `required`: it can never be removed again",
  standard: false,
  check(module, report) {
    for (const field of module.structs.flatMap((struct) => struct.fields)) {
      if (field.need === "required")
        report(
          field,
          `\`${field.name}\` is required for ever: old readers refuse a struct without it`,
          "leave the word out, or use `optional`",
        );
    }
  },
};

export const optionalDefault: LintRule = {
  id: "optional-default",
  summary: "no optional field has a default: readers cannot tell whether it was set",
  standard: false,
  check(module, report) {
    for (const field of module.structs.flatMap((struct) => struct.fields)) {
      if (field.need === "optional" && field.default !== undefined)
        report(field, `\`${field.name}\` is optional and has a default: readers cannot tell whether it was set`);
    }
  },
};

export const fieldOrder: LintRule = {
  id: "field-order",
  summary: "fields stand in the order of their ids: the compact protocol spends a byte more where they do not",
  standard: false,
  check(module, report) {
    for (const definition of module.definitions) {
      if (!("fields" in definition)) continue;
      let last: Field | undefined;
      for (const field of definition.fields) {
        if (last !== undefined && field.id < last.id)
          report(field, `\`${field.name}\` has id ${field.id} and stands after ${last.id}`);
        last = field;
      }
    }
  },
};

export const implicitEnumValue: LintRule = {
  id: "implicit-enum-value",
  summary: "every enum member states its number: a member put in the middle renumbers the rest",
  standard: false,
  check(module, report) {
    for (const member of module.enums.flatMap((one) => one.members)) {
      if (member.node.value === undefined)
        report(member, `\`${member.name}\` does not state its number`, `write \`${member.name} = ${member.value}\``);
    }
  },
};

export const exceptionMessage: LintRule = {
  id: "exception-message",
  summary: "every exception has a string field `message`, which becomes the error's message",
  standard: false,
  check(module, report) {
    for (const struct of module.structs) {
      if (struct.kind !== "exception") continue;
      const message = struct.fields.find((field) => field.name === "message");
      const type = message && trueType(message.type);
      if (type?.kind !== "base" || type.base !== "string")
        report(struct, `exception \`${struct.name}\` has no string field \`message\``);
    }
  },
};

export const identityKey: LintRule = {
  id: "identity-key",
  summary: "no set of structs, and no map with structs or containers as keys: JavaScript compares them by identity",
  standard: true,
  check(module, report) {
    for (const field of module.definitions.flatMap(fieldsOf)) {
      const part = findIdentityKey(field.type);
      if (part !== undefined)
        report(
          field,
          `\`${field.name}\`: ${part}: JavaScript compares such values by identity, so equal ones stand twice`,
        );
    }
  },
};

function findIdentityKey(type: Type): string | undefined {
  const at = trueType(type);
  switch (at.kind) {
    case "list":
      return findIdentityKey(at.element);
    case "set":
      return hasIdentity(at.element) ? "a set of structs or containers" : undefined;
    case "map":
      return hasIdentity(at.key) ? "a map with structs or containers as keys" : findIdentityKey(at.value);
    default:
      return undefined;
  }
}

function hasIdentity(type: Type): boolean {
  const at = trueType(type);
  return (
    at.kind === "struct" ||
    at.kind === "list" ||
    at.kind === "set" ||
    at.kind === "map" ||
    (at.kind === "base" && at.base === "binary")
  );
}

export const missingDoc: LintRule = {
  id: "missing-doc",
  summary: "every service, method, struct, union, exception and enum has a doc comment",
  standard: false,
  check(module: Module, report) {
    const subjects = [...module.services, ...methodsOf(module), ...module.structs, ...module.enums];
    for (const subject of subjects) {
      if (subject.doc === undefined)
        report(subject, `\`${subject.name}\` has no doc comment`, "put `/** … */` before it");
    }
  },
};
