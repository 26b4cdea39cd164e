/** What a reader of syntax needs of its file: the dialect, and a place to report faults. */
import type { Code, DiagnosticDetails } from "../source/diagnostic.ts";
import type { Dialect } from "./dialect.ts";

/** Which spellings are right, and who is told of the others. */
export interface SyntaxEvents {
  readonly dialect: Dialect;
  report(code: Code, start: number, end: number, message: string, details?: DiagnosticDetails): void;
}

/** Reports what only fbthrift has, in a file that is not fbthrift's. */
export function reportExtension(events: SyntaxEvents, start: number, end: number, what: string, hint?: string): void {
  if (events.dialect === "fbthrift") return;
  const message = `${what} is syntax of fbthrift, and this file shows no other sign of it`;
  events.report("fbthrift-syntax", start, end, message, { hint });
}
