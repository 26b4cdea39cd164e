/** Writes the elements of a file line by line after the plan. Changes nothing but the space between them. */
import { TokenKind } from "../syntax/token.ts";
import { reindent } from "./comments.ts";
import { type Element, isLineComment, isSeparator } from "./elements.ts";
import { type Group, isCloser, type Plan } from "./plan.ts";
import { needsSpace } from "./spacing.ts";

const MAX_COLUMNS = 100;
const INDENT = 2;
/** Extra indent of an element that needs a line of its own in the middle of an item. */
const CONTINUATION = 4;

interface OpenGroup {
  readonly group: Group | undefined;
  readonly broken: boolean;
  readonly indent: number;
}

export function layOut(elements: readonly Element[], plan: Plan): string {
  return new Layout(elements, plan).run();
}

class Layout {
  readonly #elements: readonly Element[];
  readonly #plan: Plan;
  readonly #open: OpenGroup[] = [{ group: undefined, broken: true, indent: 0 }];
  readonly #stretched: ReadonlySet<number>;
  readonly #out: string[] = [];
  #column = 0;
  #afterBlock = false;
  #lastDefinition: boolean | undefined;

  constructor(elements: readonly Element[], plan: Plan) {
    this.#elements = elements;
    this.#plan = plan;
    this.#stretched = findStretched(elements, plan);
  }

  run(): string {
    for (let i = 0; i < this.#elements.length; i++) this.#put(i);
    return this.#out.length === 0 ? "" : `${this.#out.join("")}\n`;
  }

  #put(i: number): void {
    const element = this.#elements[i] as Element;
    if (isCloser(element.kind) && element.comment === undefined) this.#close(i, element);
    else this.#separate(i, element);
    this.#write(element.comment === undefined ? element.text : reindent(element.text, this.#column));
    if (this.#plan.groups.has(i)) this.#enter(i);
  }

  #write(text: string): void {
    this.#out.push(text);
    const line = text.lastIndexOf("\n");
    this.#column = line < 0 ? this.#column + text.length : text.length - line - 1;
  }

  #top(): OpenGroup {
    return this.#open[this.#open.length - 1] as OpenGroup;
  }

  #enter(i: number): void {
    const group = this.#plan.groups.get(i) as Group;
    const { indent } = this.#top();
    this.#open.push({ group, broken: this.#breaks(group), indent: indent + INDENT });
  }

  #breaks(group: Group): boolean {
    if (group.close === group.open + 1) return false;
    if (group.style === "block" || this.#stretched.has(group.open)) return true;
    const behind = isSeparator(this.#elements[group.close + 1]) ? 1 : 0;
    return this.#column + this.#flatWidth(group.open + 1, group.close) + behind > MAX_COLUMNS;
  }

  #close(i: number, element: Element): void {
    const { group, broken } = this.#top();
    if (this.#open.length > 1 && group?.close === i) this.#open.pop();
    const before = this.#elements[i - 1];
    if ((broken && group?.close === i) || isLineComment(before)) this.#newLine(this.#top().indent, 0);
    else if (before !== undefined && needsSpace(before, element, false, false)) this.#write(" ");
    if (this.#open.length === 1) this.#afterBlock = group?.style === "block";
  }

  #separate(i: number, element: Element): void {
    const before = this.#elements[i - 1];
    if (before === undefined) {
      this.#startDefinition(i);
      return;
    }
    const indent = this.#lineIndent(i, element, before);
    if (indent !== undefined) this.#newLine(indent, this.#blankLines(i, element));
    else if (needsSpace(before, element, this.#plan.calls.has(i), this.#plan.groups.get(i)?.style === "block"))
      this.#write(" ");
    if (element.comment === undefined) this.#startDefinition(i);
  }

  #startDefinition(i: number): void {
    const block = this.#plan.definitions.get(i);
    if (block === undefined) return;
    this.#lastDefinition = block;
    this.#afterBlock = false;
  }

  /** The column of a new line, or undefined to stay on this one. */
  #lineIndent(i: number, element: Element, before: Element): number | undefined {
    const { group, broken, indent } = this.#top();
    const first = group?.open === i - 1;
    if (element.comment !== undefined)
      return this.#commentOwnLine(element, before, first) || this.#documentsNext(i)
        ? this.#commentIndent(i)
        : undefined;
    if (broken && this.#startsLine(i, element, first)) return indent;
    if (this.#plan.annotated.has(i) && this.#structuredBreak(before)) return indent;
    if (isLineComment(before)) return indent + (broken && this.#plan.items.has(i) ? 0 : CONTINUATION);
    if (before.comment !== undefined && element.newlines > 0 && broken && this.#plan.items.has(i)) return indent;
    return undefined;
  }

  #commentOwnLine(element: Element, before: Element, first: boolean): boolean {
    const { group, broken } = this.#top();
    return element.newlines > 0 || isLineComment(before) || (first && broken && group?.style !== "block");
  }

  /** A doc comment before an item on its line goes with it: at the end of the line before it would document that one. */
  #documentsNext(i: number): boolean {
    const { comment, text } = this.#elements[i] as Element;
    if (comment !== "/**" || text.startsWith("/**<") || !this.#top().broken) return false;
    let next = i + 1;
    while (this.#elements[next]?.comment !== undefined && this.#elements[next]?.newlines === 0) next++;
    return this.#elements[next]?.newlines === 0 && this.#plan.items.has(next);
  }

  /** A comment on its own line stands where the next item would. */
  #commentIndent(i: number): number {
    const { broken, indent } = this.#top();
    let next = i + 1;
    while (this.#elements[next]?.comment !== undefined) next++;
    const closes = this.#top().group?.close === next;
    const begins = this.#plan.items.has(next) || closes || next >= this.#elements.length;
    return indent + (broken && begins ? 0 : CONTINUATION);
  }

  #structuredBreak(before: Element): boolean {
    return (
      before.comment !== undefined || this.#open.every(({ group }) => group === undefined || group.style === "block")
    );
  }

  #startsLine(i: number, element: Element, first: boolean): boolean {
    const { group } = this.#top();
    const style = group?.style ?? "block";
    const item = this.#plan.items.has(i);
    if (style !== "fill") return item && (first || this.#elements[i - 1]?.comment === undefined || this.#ownLine(i));
    if (first) return true;
    return item && (element.newlines > 0 || this.#ownLine(i) || !this.#fits(i));
  }

  /** False for an item that shares its line with the comment before it. */
  #ownLine(i: number): boolean {
    const before = this.#elements[i - 1];
    return (
      before?.comment !== undefined &&
      (isLineComment(before) ||
        (this.#elements[i]?.newlines ?? 0) > 0 ||
        (before.newlines === 0 && !this.#documentsNext(i - 1)))
    );
  }

  #fits(i: number): boolean {
    const close = this.#top().group?.close ?? this.#elements.length;
    let end = i + 1;
    for (let depth = 0; end < close; end++) {
      if (depth === 0 && this.#plan.items.has(end)) break;
      const kind = this.#elements[end]?.kind ?? TokenKind.END;
      if (this.#plan.groups.has(end)) depth++;
      else if (isCloser(kind)) depth--;
    }
    return this.#column + 1 + this.#flatWidth(i, end - 1) <= MAX_COLUMNS;
  }

  /** Columns of the elements from `from` to `to`, both included, on one line. */
  #flatWidth(from: number, to: number): number {
    let width = 0;
    for (let i = from; i <= to && width <= MAX_COLUMNS; i++) {
      const element = this.#elements[i] as Element;
      const before = this.#elements[i - 1];
      if (i > from && before !== undefined && needsSpace(before, element, this.#plan.calls.has(i), false)) width++;
      width += element.text.length;
    }
    return width;
  }

  #blankLines(i: number, element: Element): number {
    const first = this.#top().group?.open === i - 1;
    if (first) return 0;
    if (element.newlines > 1) return 1;
    if (this.#open.length > 1) return 0;
    if (this.#afterBlock) return 1;
    const block = this.#plan.definitions.get(i);
    return block === true && this.#lastDefinition !== undefined && this.#elements[i - 1]?.comment === undefined ? 1 : 0;
  }

  #newLine(indent: number, blank: number): void {
    this.#out.push("\n".repeat(1 + blank), " ".repeat(indent));
    this.#column = indent;
    if (this.#open.length === 1) this.#afterBlock = false;
  }
}

/** Brackets that cannot stand on one line: what is in them, or in brackets within, ends a line of the source for good. */
function findStretched(elements: readonly Element[], plan: Plan): Set<number> {
  const stretched = new Set<number>();
  const open: Group[] = [];
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i] as Element;
    const group = plan.groups.get(i);
    if (open.at(-1)?.close === i) open.pop();
    if (endsLine(elements, i) || startsFill(elements, open.at(-1), i)) for (const one of open) stretched.add(one.open);
    if (group !== undefined && element.comment === undefined) open.push(group);
  }
  return stretched;
}

function endsLine(elements: readonly Element[], i: number): boolean {
  const element = elements[i];
  if (element?.comment === undefined) return false;
  return (
    isLineComment(element) ||
    element.newlines > 0 ||
    element.text.includes("\n") ||
    (elements[i + 1]?.newlines ?? 0) > 0
  );
}

function startsFill(elements: readonly Element[], group: Group | undefined, i: number): boolean {
  return group?.style === "fill" && group.open === i - 1 && group.close !== i && (elements[i]?.newlines ?? 0) > 0;
}
