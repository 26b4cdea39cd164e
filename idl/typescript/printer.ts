/** Lines with indentation, from which a file is joined. Knows nothing of TypeScript but its braces. */

export class Printer {
  readonly #lines: string[] = [];
  #indent = "";

  /** Text without a line end; "" is an empty line without spaces. */
  line(text: string): void {
    this.#lines.push(text === "" ? "" : this.#indent + text);
  }

  /** An empty line, unless there is one or nothing stands before. */
  blank(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
  }

  /** `open`, what `body` prints one step further in, `close`. */
  block(open: string, close: string, body: () => void): void {
    this.line(open);
    this.indented(body);
    this.line(close);
  }

  indented(body: () => void): void {
    this.#indent += "  ";
    body();
    this.#indent = this.#indent.slice(2);
  }

  /** The whole text, ending in one line end. */
  text(): string {
    return `${this.#lines.join("\n").trimEnd()}\n`;
  }
}
