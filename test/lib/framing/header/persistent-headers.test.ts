/** Headers that are sent once and hold for a connection: bounded, kept once, and nobody's but that connection's. */
import fc from "fast-check";
import t from "tap";
import {
  MAX_PERSISTENT_BYTES,
  MAX_PERSISTENT_CHANGES,
  MAX_PERSISTENT_HEADERS,
  PersistentHeaders,
} from "../../../../lib/framing/header/persistent-headers.ts";

const map = (entries: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(entries));

t.test("a frame's own headers hide the persistent ones of the same name", async (t) => {
  const persistent = new PersistentHeaders();
  const own = map({ b: "own" });
  t.equal(persistent.beneath(own), own, "nothing is made while there are none");
  persistent.add(map({ a: "1", b: "2" }));
  const both = persistent.beneath(own);
  t.same([...both], [["a", "1"], ["b", "own"]]); // biome-ignore format: one line says it
  t.equal(both.size, 2);
});

t.test("reads like the map that a copy would be, whichever way it is read", async (t) => {
  const entries = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.string({ maxLength: 2 })));
  fc.assert(
    fc.property(entries, entries, (beneath, own) => {
      const persistent = new PersistentHeaders();
      persistent.add(new Map(beneath));
      const got = persistent.beneath(new Map(own));
      const expected = new Map<string, string>([...beneath, ...own]);
      const visited: [string, string][] = [];
      got.forEach((value, name) => visited.push([name, value]));
      for (const read of [[...got], [...got.entries()], visited, [...new Map(got)]]) t.same(new Map(read), expected);
      t.equal(got.size, expected.size);
      t.same(new Set(got.keys()), new Set(expected.keys()));
      t.same([...got.values()].sort(), [...expected.values()].sort());
      for (const name of ["a", "b", "c", "d", "e"])
        t.same([got.get(name), got.has(name)], [expected.get(name), expected.has(name)]);
      t.ok(got instanceof Map, "for whoever asks whether it is one");
    }),
  );
});

t.test(
  "a handler that changes its headers changes nobody else's, and later ones leave earlier calls alone",
  async (t) => {
    const persistent = new PersistentHeaders();
    persistent.add(map({ a: "1" }));
    const first = persistent.beneath(map({})) as Map<string, string>;
    first.set("a", "changed");
    first.set("mine", "x");
    persistent.add(map({ a: "2", c: "3" }));
    t.same([...persistent.beneath(map({}))], [["a", "2"], ["c", "3"]]); // biome-ignore format: one line says it
    t.same(new Map(first), map({ a: "changed", mine: "x" }));
  },
);

t.test("no entry is copied for a frame that changes none", async (t) => {
  const persistent = new PersistentHeaders();
  const kept = map(Object.fromEntries(Array.from({ length: MAX_PERSISTENT_HEADERS }, (_, i) => [`k${i}`, "v"])));
  persistent.add(kept);
  const again = map({ k3: "v", k5: "v" });
  const { set } = Map.prototype;
  let copied = 0;
  Map.prototype.set = function (this: Map<unknown, unknown>, ...entry: [unknown, unknown]) {
    copied++;
    return set.apply(this, entry) as typeof this;
  } as typeof set;
  for (let i = 0; i < 100; i++) {
    persistent.add(new Map());
    persistent.add(again);
    persistent.beneath(new Map()).get("k7");
  }
  Map.prototype.set = set;
  t.equal(copied, 0);
});

t.test("bounds how often they change, for each change is a copy that its calls hold", async (t) => {
  const persistent = new PersistentHeaders();
  for (let i = 0; i < 2 * MAX_PERSISTENT_CHANGES; i++) persistent.add(map({ a: "same" }));
  for (let i = 1; i < MAX_PERSISTENT_CHANGES; i++) persistent.add(map({ a: `${i}` }));
  t.throws(() => persistent.add(map({ a: "once more" })), {
    name: "DecodeError",
    problem: "limit",
    message: /1001 times/,
  });
});

t.test("bounds their number and their bytes", async (t) => {
  const persistent = new PersistentHeaders();
  for (let i = 0; i < MAX_PERSISTENT_HEADERS; i++) persistent.add(map({ [`k${i}`]: "" }));
  persistent.add(map({ k0: "again" }));
  t.throws(() => persistent.add(map({ more: "" })), { problem: "limit", message: /129 persistent headers, limit 128/ });
  const large = new PersistentHeaders();
  large.add(map({ a: "é".repeat((MAX_PERSISTENT_BYTES - 2) / 2) }));
  large.add(map({ a: "x".repeat(MAX_PERSISTENT_BYTES - 1) }));
  t.throws(() => large.add(map({ b: "" })), { problem: "limit", message: /65537 bytes, limit 65536/ });
});
