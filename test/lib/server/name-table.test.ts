import fc from "fast-check";
import t from "tap";
import { NameTable } from "../../../lib/server/name-table.ts";

t.test("finds every name by its bytes anywhere in a buffer, and no other", async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 60 }),
      fc.string({ unit: "grapheme", maxLength: 12 }),
      (names, other) => {
        const table = new NameTable(new Map(names.map((name) => [name, `value of ${name}`])));
        const look = (name: string): string | undefined => {
          const bytes = Buffer.from(`<${name}>`);
          return table.find(bytes, 1, bytes.length - 1);
        };
        return (
          names.every((name) => look(name) === `value of ${name}`) &&
          (names.includes(other) || look(other) === undefined)
        );
      },
    ),
    { numRuns: 300 },
  );
  t.pass();
});

t.test("names that every object has are names like any other", async (t) => {
  const table = new NameTable(new Map([["constructor", 1]]));
  const find = (name: string): number | undefined => table.find(Buffer.from(name), 0, name.length);
  t.equal(find("constructor"), 1);
  for (const name of ["__proto__", "toString", "", "hasOwnProperty"]) t.equal(find(name), undefined);
});
