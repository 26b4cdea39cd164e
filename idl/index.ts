/** The compiler: parse one file, load and check a program, generate TypeScript from it, or use it at run time. */

export { checkProgram } from "./check/checker.ts";
export type { LoadOptions } from "./files/file-loader.ts";
export type { LayoutOptions } from "./files/module-keys.ts";
export { type DynamicMethods, type Idl, type LoadIdlOptions, linkIdl, loadIdl, readSchema } from "./load/load-idl.ts";
export { type LoadedProgram, type LoadProgramOptions, loadProgram } from "./load/load-program.ts";
export { parseFile } from "./parser/parser.ts";
export type * from "./program/program.ts";
export { trueType } from "./program/program.ts";
export type { Asked } from "./program/settings.ts";
export type { ScopeOptions } from "./schema/module-scope.ts";
export { programSchema, type SchemaOptions } from "./schema/program-schema.ts";
export type { FileAnnotations, ProjectAnnotations } from "./schema/project-annotations.ts";
export type { Code, Diagnostic, DiagnosticDetails, Related, Severity, SeverityOverrides } from "./source/diagnostic.ts";
export { Diagnostics } from "./source/diagnostic.ts";
export { type Colors, type Finding, renderGithub, renderJson, renderText } from "./source/diagnostic-format.ts";
export { type Position, Source, type TextEncoding } from "./source/source.ts";
export type * as ast from "./syntax/ast.ts";
export type { ImportExtension } from "./typescript/file-scope.ts";
export { type GeneratedFile, type GenerateOptions, generate } from "./typescript/generator.ts";
