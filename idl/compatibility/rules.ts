/**
 * The rules of `scrimp breaking`: what each forbids, what would break, and why. Knows nothing of how a change is found.
 */

/** `wire`: programs of the two versions misread or refuse each other. `json`: values written by name do. `source`: TypeScript no longer compiles, or means something else. */
export type Breaks = "wire" | "json" | "source";

export type RuleId =
  | "definition-removed"
  | "definition-kind-changed"
  | "field-removed"
  | "required-field-removed"
  | "field-renamed"
  | "field-id-changed"
  | "field-id-reused"
  | "field-type-changed"
  | "field-form-changed"
  | "required-field-added"
  | "field-became-required"
  | "field-no-longer-required"
  | "field-became-optional"
  | "field-default-changed"
  | "enum-member-removed"
  | "enum-member-renamed"
  | "enum-value-changed"
  | "constant-changed"
  | "method-removed"
  | "method-kind-changed"
  | "method-result-changed"
  | "method-result-form-changed"
  | "argument-added"
  | "argument-removed"
  | "argument-renamed"
  | "arguments-reordered"
  | "exception-added"
  | "exception-removed";

interface Rule {
  readonly breaks: readonly Breaks[];
  /** A sentence for people who ask why. */
  readonly reason: string;
}

export const RULES: Readonly<Record<RuleId, Rule>> = {
  "definition-removed": { breaks: ["json", "source"], reason: "code that names it no longer compiles" },
  "definition-kind-changed": {
    breaks: ["wire", "json", "source"],
    reason: "a struct, a union, an exception and an enum are read differently",
  },
  "field-removed": {
    breaks: ["json", "source"],
    reason: "readers that need it find nothing, and its id may be reused by mistake",
  },
  "required-field-removed": {
    breaks: ["wire", "json", "source"],
    reason: "readers of the old version refuse a struct without it",
  },
  "field-renamed": { breaks: ["json", "source"], reason: "the id stands on the wire, the name in JSON and in sources" },
  "field-id-changed": { breaks: ["wire"], reason: "the id is the field's only name on the wire" },
  "field-id-reused": {
    breaks: ["wire", "json", "source"],
    reason: "values written as the old field are read as the new one",
  },
  "field-type-changed": {
    breaks: ["wire", "json", "source"],
    reason: "the other side skips a value of another wire type, or refuses it",
  },
  "field-form-changed": {
    breaks: ["json", "source"],
    reason: "the bytes stay, the value in JavaScript or JSON is another",
  },
  "required-field-added": {
    breaks: ["wire", "json", "source"],
    reason: "structs written by the old version do not have it",
  },
  "field-became-required": {
    breaks: ["wire", "json", "source"],
    reason: "writers of the old version may leave it out",
  },
  "field-no-longer-required": {
    breaks: ["wire", "json", "source"],
    reason: "readers of the old version refuse a struct without it",
  },
  "field-became-optional": { breaks: ["source"], reason: "what was always there may now be absent" },
  "field-default-changed": {
    breaks: ["wire", "json"],
    reason: "the two versions take an absent field for different values",
  },
  "enum-member-removed": { breaks: ["json", "source"], reason: "the number still arrives but has no name" },
  "enum-member-renamed": {
    breaks: ["json", "source"],
    reason: "the number stays, the name in JSON and in sources is gone",
  },
  "enum-value-changed": { breaks: ["wire"], reason: "the number is all that stands on the wire" },
  "constant-changed": { breaks: ["source"], reason: "code compiled against the two versions disagrees" },
  "method-removed": { breaks: ["wire", "json", "source"], reason: "callers of the old version get UNKNOWN_METHOD" },
  "method-kind-changed": {
    breaks: ["wire", "json", "source"],
    reason: "one side waits for an answer, or a stream, that the other does not send",
  },
  "method-result-changed": { breaks: ["wire", "json", "source"], reason: "the caller cannot read the answer" },
  "method-result-form-changed": {
    breaks: ["json", "source"],
    reason: "the bytes stay, the value in JavaScript or JSON is another",
  },
  "argument-added": { breaks: ["source"], reason: "arguments are positional: calls of the old version lack it" },
  "argument-removed": {
    breaks: ["json", "source"],
    reason: "arguments are positional: calls of the old version pass one too many",
  },
  "argument-renamed": { breaks: ["json"], reason: "the id stands on the wire, the name in JSON" },
  "arguments-reordered": { breaks: ["source"], reason: "arguments are positional in sources, whatever their ids" },
  "exception-added": {
    breaks: ["wire", "json", "source"],
    reason: "callers of the old version get an answer without result or known exception",
  },
  "exception-removed": { breaks: ["source"], reason: "code that catches it waits for what never comes" },
};

/** A definition or a part of one, by names from the outside in: `["Calculator", "divide", "zero"]`. */
export interface Place {
  /** Key of the module in its program. */
  readonly module: string;
  readonly names: readonly string[];
}

export interface Change {
  readonly rule: RuleId;
  readonly message: string;
  readonly old: Place;
  /** The nearest that is left of it. */
  readonly new: Place;
}

/** Takes the changes as they are found. */
export class ChangeList {
  readonly changes: Change[] = [];

  add(rule: RuleId, message: string, old: Place, now: Place): void {
    this.changes.push({ rule, message, old, new: now });
  }
}

/** The place of a part within `place`. */
export function within(place: Place, name: string): Place {
  return { module: place.module, names: [...place.names, name] };
}
