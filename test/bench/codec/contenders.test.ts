import t from "tap";
import { codecContenderNames, loadCodecContender } from "../../../bench/codec/contenders.ts";
import { fixtures, type ShapeName, shapeNames } from "../../../bench/fixtures/messages.ts";

/** npm thrift holds an i64 as an object of eight bytes. */
interface Int64 {
  toNumber(): number;
}

/** What a decoded value says, whatever classes a peer has for it: numbers, text and bytes in plain objects, without unset fields. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (value instanceof Map) return Object.fromEntries(value);
  if (Array.isArray(value)) return value.map(plain);
  if ("toNumber" in value) return (value as Int64).toNumber();
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => !key.startsWith("$") && field !== undefined && field !== null)
      .map(([key, field]) => [key, plain(field)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

const expected = (shape: ShapeName): unknown[] => fixtures(shape, (n) => n).map(plain);

for (const name of codecContenderNames) {
  t.test(`${name} decodes what it encodes, in every shape`, async (t) => {
    const contender = await loadCodecContender(name);
    for (const shape of shapeNames) {
      const codec = await contender.open(shape);
      const values = expected(shape);
      t.equal(codec.count, values.length);
      for (let i = 0; i < Math.min(codec.count, 4); i++) {
        t.equal(codec.encode(i), codec.encoded(i).length, `${shape}: as many bytes as it says`);
        // proto3 does not send a field that has its zero value; the fixtures' only such field is a false `active`.
        t.same(withFalse(plain(codec.decode(i))), withFalse(values[i]), shape);
      }
    }
  });
}

function withFalse(value: unknown): unknown {
  const fill = (record: object): object => ({ active: false, ...record });
  if (typeof value !== "object" || value === null) return value;
  if ("items" in value) return { items: (value.items as object[]).map(fill) };
  return fill(value);
}

t.test("scrimp's compact bytes are those of npm thrift", async (t) => {
  const [ours, theirs] = await Promise.all([loadCodecContender("scrimp"), loadCodecContender("npm thrift compact")]);
  for (const shape of shapeNames) {
    const [a, b] = await Promise.all([ours.open(shape), theirs.open(shape)]);
    for (let i = 0; i < a.count; i++) t.ok(a.encoded(i).equals(b.encoded(i)), `${shape} ${i}`);
  }
});
