import fc from "fast-check";
import { Packr } from "msgpackr";
import t from "tap";
import { checkPacked } from "../../../lib/call/packed-bounds.ts";
import { packValue, unpackValue } from "../../../lib/call/packed-values.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { binaryMessage, frame, RawClient, say } from "../../helpers/raw-client.ts";

t.test("values come back as they were", async (t) => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }).filter((x) => !Object.is(x, -0)),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(
        fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__"),
        tie("value"),
        { maxKeys: 20, noNullPrototype: true },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(value, (value) => {
      const bytes = packValue(value, "value");
      checkPacked(bytes);
      t.same(unpackValue(bytes), value);
    }),
    { numRuns: 200 },
  );
});

t.test("dates, undefined, and what another packer writes, pass the look-through", async (t) => {
  const other = new Packr({ useRecords: false });
  for (const value of [
    new Date(5),
    undefined,
    { a: undefined, b: [1.5, -1, 70_000, -70_000, 2 ** 40] },
    "x".repeat(70_000),
    Array.from({ length: 70_000 }, () => 1),
    Buffer.alloc(300),
    new Map([[1, 2]]),
  ]) {
    t.doesNotThrow(() => checkPacked(other.pack(value)));
  }
});

t.test("garbage is a DecodeError before any memory is taken for it", async (t) => {
  const huge = [
    "ddffffffff",
    "dfffffffff",
    "dbffffffff",
    "c6ffffffff",
    "dd02000000",
    "df7fffffff00",
    "c9ffffffff01",
    "",
    "91",
    "c1",
    "d8",
  ];
  for (const hex of huge) {
    const before = process.memoryUsage().heapUsed;
    t.throws(() => unpackValue(Buffer.from(hex, "hex")), Error, hex);
    t.ok(process.memoryUsage().heapUsed - before < 10_000_000);
  }
  t.throws(() => checkPacked(Buffer.from("0101", "hex")), {
    problem: "invalid",
    message: "1 bytes behind a packed value",
  });
  t.throws(() => checkPacked(Buffer.from(`${"91".repeat(100_000)}00`, "hex")), {
    problem: "limit",
    message: "packed value nested deeper than 64",
  });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        checkPacked(bytes);
      } catch (error) {
        return (error as Error).name === "DecodeError";
      }
      return true;
    }),
    { numRuns: 2_000 },
  );
});

t.test("a prefix of a packed value is never taken for a whole one", async (t) => {
  const bytes = packValue(
    { a: [1, "two", Buffer.from("three"), { four: 4.5 }], b: "x".repeat(300), c: 2n ** 60n },
    "value",
  );
  for (let end = 0; end < bytes.length; end++)
    t.throws(() => checkPacked(bytes.subarray(0, end)), {
      name: "DecodeError",
      problem: "incomplete",
      message: "packed value ends early",
    });
});

t.test("a procedure takes and gives any values, sync or async, without an IDL", async (t) => {
  const link = memory();
  const errors: unknown[] = [];
  const server = await serve(
    link.listener,
    (r) =>
      r
        .procedure("sum", (...args: number[]) => args.slice(0, -1).reduce((a, b) => a + b, 0))
        .procedure("later", async (x: { deep: unknown[] }) => ({ got: x }))
        .procedure("nothing", () => undefined)
        .procedure(
          "who",
          (context: { peer: string; method: { name: string } }) => `${context.peer} ${context.method.name}`,
        )
        .procedure("__proto__", () => "a name like any other")
        .procedure("fail", () => {
          throw new Error("secret");
        })
        .procedure("unpackable", () => Symbol("x")),
    { onError: (error) => errors.push(error) },
  );
  const channel = connect(link.dialer, { protocol: "framed" });
  t.equal(await channel.invoke("sum", [1, 2, 3]), 6);
  t.same(await channel.invoke("later", [{ deep: [1n << 60n, null, "é", [[]]] }]), {
    got: { deep: [1n << 60n, null, "é", [[]]] },
  });
  t.equal(await channel.invoke("nothing"), undefined);
  t.equal(await channel.invoke("who"), "memory who");
  t.equal(await channel.invoke("__proto__"), "a name like any other");
  await t.rejects(channel.invoke("fail"), { code: "APP_ERROR", message: "internal error in 'fail'" });
  await t.rejects(channel.invoke("missing"), { code: "UNKNOWN_METHOD", applicationType: 1 });
  await t.rejects(channel.invoke("sum", [() => 1]), { code: "INVALID_ARGUMENT", delivery: "unsent" });
  t.match(errors, [{ message: "secret" }]);

  const raw = await RawClient.dial(link);
  // Not an array; then an array of four billion.
  for (const [seqid, packed] of [
    [1, "05"],
    [2, "ddffffffff"],
  ] as const) {
    raw.send(frame(binaryMessage("sum", 1, seqid, `0b0001 0000000${packed.length / 2} ${packed} 00`)));
    t.match(say(await raw.frame()), new RegExp(`^EXC 7 sum #${seqid} `));
  }
  raw.destroy();
  await channel.close();
  await server.close();
});
