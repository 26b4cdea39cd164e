/** The compiler: parse one file, load and check a program, generate TypeScript from it, or use it at run time. */
export { checkProgram } from "./checker.ts";
export type { Code, Diagnostic, Related, Severity, SeverityOverrides } from "./diagnostic.ts";
export { Diagnostics } from "./diagnostic.ts";
export { type Finding, renderGithub, renderJson, renderText } from "./diagnostic-format.ts";
export { type DynamicMethods, type Idl, type LoadIdlOptions, linkIdl, loadIdl, readSchema } from "./load.ts";
export { type LoadedProgram, type LoadProgramOptions, loadProgram } from "./load-program.ts";
export { parseFile } from "./parser.ts";
export type * from "./program.ts";
export { trueType } from "./program.ts";
export { programSchema } from "./schema.ts";
export { Source } from "./source.ts";
export { type GeneratedFile, type GenerateOptions, generate } from "./typescript/generator.ts";
