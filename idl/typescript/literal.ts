/** Values as TypeScript source: on one line where that is short, else one element a line. Knows only shapes. */
import { propertyName } from "../schema/typescript-names.ts";

/** Source text, or a bracketed sequence of sources. */
export type Literal = string | { readonly open: string; readonly items: readonly Item[]; readonly close: string };
/** `name` is a property's, as written in the source. */
export type Item = { readonly name?: string; readonly value: Literal };

const WIDTH = 120;

/** `indent` is the column of its line, `used` the width taken on that line before and after it. */
export function literalText(literal: Literal, indent: number, used: number): string {
  if (typeof literal === "string") return literal;
  const flat = flatText(literal, WIDTH - indent - used);
  if (flat !== undefined) return flat;
  const pad = " ".repeat(indent + 2);
  const lines = literal.items.map((item) => {
    const name = item.name === undefined ? "" : `${item.name}: `;
    return `${pad}${name}${literalText(item.value, indent + 2, name.length + 1)},\n`;
  });
  return `${literal.open.trimEnd()}\n${lines.join("")}${" ".repeat(indent)}${literal.close.trimStart()}`;
}

export function arrayLiteral(items: readonly Literal[]): Literal {
  return { open: "[", items: items.map((value) => ({ value })), close: "]" };
}

/** Properties in the order given; a `__proto__` becomes one like any other. */
export function objectLiteral(properties: readonly (readonly [key: string, value: Literal])[]): Literal {
  if (properties.length === 0) return "{}";
  return { open: "{ ", items: properties.map(([key, value]) => ({ name: literalKey(key), value })), close: " }" };
}

function literalKey(key: string): string {
  return key === "__proto__" ? '["__proto__"]' : propertyName(key);
}

/** Undefined where it takes more than `room` columns. */
function flatText(literal: Literal, room: number): string | undefined {
  if (typeof literal === "string") return literal.length <= room ? literal : undefined;
  let text = literal.open;
  for (const { name, value } of literal.items) {
    const before = text === literal.open ? "" : ", ";
    const flat = flatText(value, room - text.length);
    if (flat === undefined) return undefined;
    text += `${before}${name === undefined ? "" : `${name}: `}${flat}`;
    if (text.length > room) return undefined;
  }
  text += literal.close;
  return text.length <= room ? text : undefined;
}
