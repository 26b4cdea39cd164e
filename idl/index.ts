/** The compiler's front: parse one file, or load and check a program. */
export { checkProgram } from "./checker.ts";
export type { Code, Diagnostic, Related, Severity, SeverityOverrides } from "./diagnostic.ts";
export { Diagnostics } from "./diagnostic.ts";
export { loadProgram, type LoadedProgram, type LoadProgramOptions } from "./load-program.ts";
export { parseFile } from "./parser.ts";
export type * from "./program.ts";
export { trueType } from "./program.ts";
export { Source } from "./source.ts";
