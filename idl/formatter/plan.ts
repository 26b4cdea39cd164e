/**
 * Where lines may and must begin: the items of the tree, and the brackets around them. Knows the tree, not the text.
 */
import type { FileNode, Node, TopLevel } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import type { Element } from "./elements.ts";

/**
 * `block`: each item on a line of its own. `fit`: on one line where it fits, else an item a line. `fill`: broken where the
 * source broke it, or where the line is full.
 */
export type GroupStyle = "block" | "fit" | "fill";

export interface Group {
  readonly open: number;
  readonly close: number;
  readonly style: GroupStyle;
}

export interface Plan {
  /** By the index of its opening element. */
  readonly groups: ReadonlyMap<number, Group>;
  /** Elements that begin an item of the group around them. */
  readonly items: ReadonlySet<number>;
  /** Elements after a structured annotation: they begin a line, as the annotation did. */
  readonly annotated: ReadonlySet<number>;
  /** Opening parentheses that touch the name before them. */
  readonly calls: ReadonlySet<number>;
  /** Items of the file itself, with whether they are more than a line. */
  readonly definitions: ReadonlyMap<number, boolean>;
}

const CLOSERS: ReadonlyMap<TokenKind, TokenKind> = new Map([
  [TokenKind.LEFT_BRACE, TokenKind.RIGHT_BRACE],
  [TokenKind.LEFT_BRACKET, TokenKind.RIGHT_BRACKET],
  [TokenKind.LEFT_PAREN, TokenKind.RIGHT_PAREN],
]);

export function planLayout(file: FileNode, elements: readonly Element[]): Plan {
  return new Planner(elements).plan(file);
}

class Planner {
  readonly #elements: readonly Element[];
  readonly #byStart: ReadonlyMap<number, number>;
  readonly #bodies = new Set<number>();
  readonly #calls = new Set<number>();
  readonly #items = new Set<number>();
  readonly #annotated = new Set<number>();
  readonly #definitions = new Map<number, boolean>();

  constructor(elements: readonly Element[]) {
    this.#elements = elements;
    this.#byStart = new Map(elements.map((element, i) => [element.start, i]));
  }

  plan(file: FileNode): Plan {
    for (const header of file.headers) this.#define(header, false);
    for (const definition of file.definitions) this.#definition(definition);
    return {
      groups: this.#groups(),
      items: this.#items,
      annotated: this.#annotated,
      calls: this.#calls,
      definitions: this.#definitions,
    };
  }

  #definition(definition: TopLevel): void {
    const block = definition.kind !== "typedef" && definition.kind !== "const";
    this.#define(definition, block);
    if (block) this.#bodies.add(this.#next(definition.name.span.end, TokenKind.LEFT_BRACE));
    if (!("methods" in definition)) return;
    for (const method of definition.methods) this.#calls.add(this.#next(method.name.span.end, TokenKind.LEFT_PAREN));
    for (const name of definition.performs) this.#performs(this.#at(name.span.start));
  }

  /** The item begins with the word before the name. */
  #performs(name: number): void {
    this.#items.delete(name);
    this.#items.add(this.#previous(name));
  }

  #define(node: Node, block: boolean): void {
    this.#definitions.set(this.#at(node.span.start), block);
    this.#items.add(this.#at(node.span.start));
    this.#visit(node);
  }

  /** Every node in a list is an item of the bracket around it. */
  #visit(node: object): void {
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) for (const child of value) this.#item(child);
      else if (typeof value === "object" && value !== null) this.#visit(value);
    }
  }

  #item(child: { readonly span?: Node["span"]; readonly key?: Node; readonly structured?: boolean }): void {
    const span = child.span ?? child.key?.span;
    if (span !== undefined) {
      this.#items.add(this.#at(span.start));
      if (child.structured) this.#annotated.add(this.#tokenFrom(span.end));
    }
    this.#visit(child);
  }

  #at(start: number): number {
    return this.#byStart.get(start) ?? -1;
  }

  #previous(index: number): number {
    let i = index - 1;
    while (i > 0 && this.#elements[i]?.comment !== undefined) i--;
    return i;
  }

  /** The first element of a kind after an offset. */
  #next(offset: number, kind: TokenKind): number {
    for (let i = this.#firstFrom(offset); i < this.#elements.length; i++)
      if (this.#elements[i]?.kind === kind) return i;
    return -1;
  }

  #tokenFrom(offset: number): number {
    let i = this.#firstFrom(offset);
    while (this.#elements[i]?.comment !== undefined) i++;
    return i;
  }

  /** A separator pulled before comments may stand a little out of order: it is never what is looked for. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#elements.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#elements[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #groups(): Map<number, Group> {
    const groups = new Map<number, Group>();
    const open: number[] = [];
    for (let i = 0; i < this.#elements.length; i++) {
      const kind = this.#elements[i]?.kind ?? TokenKind.END;
      if (CLOSERS.has(kind)) open.push(i);
      else if (isCloser(kind)) {
        const from = open.pop();
        if (from !== undefined) groups.set(from, { open: from, close: i, style: this.#style(from) });
      }
    }
    return groups;
  }

  #style(open: number): GroupStyle {
    if (this.#bodies.has(open)) return "block";
    return this.#elements[open]?.kind === TokenKind.LEFT_PAREN ? "fit" : "fill";
  }
}

export function isCloser(kind: TokenKind): boolean {
  return kind === TokenKind.RIGHT_BRACE || kind === TokenKind.RIGHT_BRACKET || kind === TokenKind.RIGHT_PAREN;
}
