/**
 * Text of generated functions, line by line. Names come from schemas that may be hostile: only names that are plain identifiers
 * reach the text as such, everything else as a JSON string.
 */

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

export class Source {
  #lines: string[] = [];
  readonly #outer: string[] = [];
  readonly #helpers = new Set<string>();
  readonly #bound = new Map<object, { readonly name: string; readonly expression: string }>();
  #indent = "";
  #names = 0;

  line(text: string): void {
    this.#lines.push(this.#indent + text);
  }

  /** `open`, the lines that `body` adds, `close`. */
  block(open: string, body: () => void, close = "}"): void {
    this.line(open);
    const outer = this.#indent;
    this.#indent += "  ";
    body();
    this.#indent = outer;
    this.line(close);
  }

  /** Lines that `body` adds stand before the function, in the order of the calls. */
  outside(body: () => void): void {
    const [lines, indent] = [this.#lines, this.#indent];
    this.#lines = [];
    this.#indent = "";
    body();
    this.#outer.push(...this.#lines);
    this.#lines = lines;
    this.#indent = indent;
  }

  /** Names a function of the runtime in the text, so that the head binds it. */
  helper(name: string): string {
    this.#helpers.add(name);
    return name;
  }

  /** A local name that no other in this text has. */
  local(stem: string): string {
    return `${stem}${this.#names++}`;
  }

  /** The local that holds what `expression` gives when the function is made; one for each `key`. */
  bind(key: object, stem: string, expression: string): string {
    const bound = this.#bound.get(key) ?? {
      name: `${IDENTIFIER.test(stem) ? stem : "codec"}$${this.#bound.size}`,
      expression,
    };
    this.#bound.set(key, bound);
    return bound.name;
  }

  /** Everything: what the function needs, then the function. */
  get text(): string {
    const helpers = [...this.#helpers].sort();
    const head = helpers.length === 0 ? [] : [`const { ${helpers.join(", ")} } = $;`];
    const bound = [...this.#bound.values()].map(({ name, expression }) => `const ${name} = ${expression};`);
    return ['"use strict";', ...head, ...bound, ...this.#outer, ...this.#lines].join("\n");
  }
}

/** `name` with a prefix where that makes an identifier, else the prefix and `index`. */
export function identifier(prefix: string, name: string, index: number): string {
  return IDENTIFIER.test(name) ? prefix + name : `${prefix}${index}`;
}

/** A name for a comment, where a line break would end it. */
export function comment(name: string): string {
  return IDENTIFIER.test(name) ? name : "";
}

/** Reads property `key` of `object`. */
export function property(object: string, key: string): string {
  return IDENTIFIER.test(key) ? `${object}.${key}` : `${object}[${JSON.stringify(key)}]`;
}

/** A property in an object literal: an own one even for `__proto__`. */
export function entry(key: string, value: string): string {
  return IDENTIFIER.test(key) && key !== "__proto__" ? `${key}: ${value}` : `[${JSON.stringify(key)}]: ${value}`;
}

/** A default as a literal; undefined for a value that must be made afresh each time. */
export function literal(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
      return String(value);
    default:
      return undefined;
  }
}
