/** Numbers of 32 bits as eight hex digits, straight into a buffer and out of it. Knows nothing else. */
import type { Buffer } from "node:buffer";

const DIGITS = "0123456789abcdef";
const CHARS = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const VALUES = new Int8Array(256).fill(-1);
for (const [value, char] of CHARS.entries()) VALUES[char] = value;

export const HEX_LENGTH = 8;

/** Writes `value`, unsigned, at `at`. */
export function writeHex(buf: Buffer, at: number, value: number): void {
  for (let i = 0; i < HEX_LENGTH; i++) buf[at + i] = CHARS[(value >>> (28 - 4 * i)) & 15] as number;
}

/** The number at `at`; -1 when what is there is none. */
export function readHex(buf: Buffer, at: number): number {
  let value = 0;
  for (let i = at; i < at + HEX_LENGTH; i++) {
    const digit = VALUES[buf[i] ?? 0] as number;
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value >>> 0;
}
