/** One short text for what a program says: equal for equal schemas, whoever made them, in whatever order their keys are. */
import { createHash } from "node:crypto";
import type { ProgramSchema } from "./schema.ts";

/** SHA-256 in hex. Doc comments do not count, annotations do. */
export function schemaHash(schema: ProgramSchema): string {
  return createHash("sha256").update(canonical(schema)).digest("hex");
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([key, item]) => key !== "doc" && item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
