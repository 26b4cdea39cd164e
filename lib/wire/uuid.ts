/** A uuid: 16 bytes in network order on the wire, 36 lower-case characters in JavaScript. Any version, any variant. */
import type { Buffer } from "node:buffer";

export const UUID_BYTES = 16;
const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the 36-character form, in either case. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && value.length === 36 && FORM.test(value);
}

/** Puts 16 bytes at `p`; `text` has passed `isUuid`. */
export function putUuid(b: Buffer, p: number, text: string): void {
  b.write(text.replaceAll("-", ""), p, "hex");
}

/** The text of the 16 bytes at `p`. */
export function getUuid(b: Buffer, p: number): string {
  const hex = b.toString("hex", p, p + UUID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
