/** The list of rules that a resolved program is held to. Each has a file of its own in `rules/`. */
import type { Program } from "../program/program.ts";
import type { Diagnostics } from "../source/diagnostic.ts";
import { argumentWords } from "./rules/argument-words.ts";
import { enumMembers } from "./rules/enum-members.ts";
import { fieldIds } from "./rules/field-ids.ts";
import { fieldNames } from "./rules/field-names.ts";
import { forwardReferences } from "./rules/forward-references.ts";
import { includeNames } from "./rules/include-names.ts";
import { infiniteStructs } from "./rules/infinite-structs.ts";
import { knownSettings } from "./rules/known-settings.ts";
import { mapKeys } from "./rules/map-keys.ts";
import { methodNames } from "./rules/method-names.ts";
import { oneway } from "./rules/oneway.ts";
import { reservedNames } from "./rules/reserved-names.ts";
import { type Rule, reportIn } from "./rules/rule.ts";
import { serviceCycles } from "./rules/service-cycles.ts";
import { serviceDepth } from "./rules/service-depth.ts";
import { throwsTypes } from "./rules/throws-types.ts";
import { unions } from "./rules/unions.ts";

const RULES: readonly Rule[] = [
  includeNames,
  reservedNames,
  fieldIds,
  fieldNames,
  enumMembers,
  serviceCycles,
  serviceDepth,
  methodNames,
  throwsTypes,
  oneway,
  unions,
  argumentWords,
  forwardReferences,
  mapKeys,
  knownSettings,
  infiniteStructs,
];

/** Reports to `diagnostics` whatever breaks a rule, in every module of the program. */
export function checkProgram(program: Program, diagnostics: Diagnostics): void {
  for (const module of program.modules) {
    const report = reportIn(module, diagnostics);
    for (const rule of RULES) rule(module, report);
  }
}
