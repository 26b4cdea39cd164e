/** The schema of a module as the JSON that its generated file embeds: a field, member, method or constant a line. */
import type { ModuleSchema } from "../../lib/schema/schema.ts";

export function schemaText(schema: ModuleSchema): string {
  const { enums = [], structs = [], services = [], constants = [], ...head } = schema;
  const lists = [
    listText(
      "enums",
      enums.map(({ members, ...rest }) => nestedText(rest, "members", members)),
    ),
    listText(
      "structs",
      structs.map(({ fields, ...rest }) => nestedText(rest, "fields", fields)),
    ),
    listText(
      "services",
      services.map(({ methods, ...rest }) => nestedText(rest, "methods", methods)),
    ),
    listText(
      "constants",
      constants.map((constant) => JSON.stringify(constant)),
    ),
  ];
  const properties = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${[...properties, ...lists.filter((list) => list !== "")].join(",\n")}\n}`;
}

function listText(key: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `"${key}": [\n${items.join(",\n")}\n]`;
}

/** An object whose last property is a list. */
function nestedText(rest: object, key: string, items: readonly object[]): string {
  const lines = items.map((item) => `  ${JSON.stringify(item)}`);
  const inside = lines.length === 0 ? "" : `\n${lines.join(",\n")}\n`;
  return `${JSON.stringify(rest).slice(0, -1)},"${key}":[${inside}]}`;
}
