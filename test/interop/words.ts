// Values in words (docs/interop.md): small builders for texts that every interop program parses and describes the
// same way. Knows the grammar; knows neither types nor codecs, so that a case never passes through what it tests.

/** A double by its bits, most significant byte first; "nan" for every NaN. */
export function doubleWords(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return bits.toString("hex");
}

/** A string by its UTF-8. */
export function stringWords(text: string): string {
  return `'${Buffer.from(text, "utf8").toString("hex")}'`;
}

export function binaryWords(bytes: Uint8Array): string {
  return `'${Buffer.from(bytes).toString("hex")}'`;
}

export function listWords(items: readonly string[]): string {
  return `[${items.join(",")}]`;
}

/** A set: its elements' words in sorted order. */
export function setWords(items: readonly string[]): string {
  return listWords([...items].sort());
}

/** A map: its "key:value" entries in sorted order. */
export function mapWords(entries: readonly (readonly [key: string, value: string])[]): string {
  return `{${entries
    .map(([key, value]) => `${key}:${value}`)
    .sort()
    .join(",")}}`;
}

/** A struct: "id=value" in order of ids; undefined is an unset field. */
export function structWords(fields: readonly (readonly [id: number, value: string | undefined])[]): string {
  const set = fields.filter(([, value]) => value !== undefined).sort(([a], [b]) => a - b);
  return `(${set.map(([id, value]) => `${id}=${value}`).join(",")})`;
}
