/** A finding about a file, and the list that collects them. `diagnostic-format.ts` shows them. */
import { CODES, type Code, type Severity } from "./codes.ts";
import type { Source, Span } from "./source.ts";

export type { Code, Severity } from "./codes.ts";

/** A second place that explains the first: "first defined here". */
export interface Related {
  readonly source: Source;
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  /** What to do about it, or the likely intention. */
  readonly hint?: string;
  readonly related: readonly Related[];
}

export interface DiagnosticDetails {
  /** A function where finding it takes a search: called for the first 50 findings of a file that have one. */
  readonly hint?: string | (() => string | undefined) | undefined;
  readonly related?: readonly Related[] | undefined;
}

/** How a project wants a code treated; `off` drops it. Errors cannot be switched off. */
export type SeverityOverrides = Readonly<Partial<Record<Code, Severity | "off">>>;

/** More of one file say nothing new, and a hostile file could fill the memory with them. */
const MAX_PER_SOURCE = 1000;
const MAX_SEARCHES = 50;

export class Diagnostics {
  readonly list: Diagnostic[] = [];
  readonly #overrides: SeverityOverrides;
  readonly #counts = new Map<Source, number>();
  readonly #searches = new Map<Source, number>();
  #errors = 0;

  constructor(overrides: SeverityOverrides = {}) {
    this.#overrides = overrides;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Severity comes from the table of codes, or from the project. Beyond 1,000 per file only errors' number is kept. */
  report(source: Source, code: Code, span: Span, message: string, details: DiagnosticDetails = {}): void {
    const severity = this.#severity(code);
    if (severity === "off") return;
    if (severity === "error") this.#errors++;
    const count = (this.#counts.get(source) ?? 0) + 1;
    this.#counts.set(source, count);
    if (count > MAX_PER_SOURCE) return;
    const { related = [] } = details;
    const hint = typeof details.hint === "function" ? this.#search(source, details.hint) : details.hint;
    this.list.push({ code, severity, message, source, span, related, ...(hint === undefined ? {} : { hint }) });
  }

  /** By file in order of appearance, then by place; the same finding stands once. */
  sorted(): Diagnostic[] {
    const order = new Map([...this.#counts.keys()].map((source, i) => [source, i]));
    const place = (d: Diagnostic): number => order.get(d.source) ?? 0;
    const sorted = [...this.list].sort(
      (a, b) => place(a) - place(b) || a.span.start - b.span.start || a.span.end - b.span.end,
    );
    const seen = new Set<string>();
    return sorted.filter((d) => {
      const key = `${place(d)} ${d.span.start} ${d.code} ${d.message}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  #search(source: Source, find: () => string | undefined): string | undefined {
    const count = (this.#searches.get(source) ?? 0) + 1;
    this.#searches.set(source, count);
    return count > MAX_SEARCHES ? undefined : find();
  }

  #severity(code: Code): Severity | "off" {
    const declared = CODES[code].severity;
    const wanted = this.#overrides[code];
    if (wanted === undefined || declared === "error") return declared;
    return wanted;
  }
}

/** Long names must not flood a message. */
export function quote(name: string): string {
  return name.length <= 60 ? `\`${name}\`` : `\`${name.slice(0, 48)}…\` (${name.length} characters)`;
}
