import t from "tap";
import { readApplicationException, writeApplicationException } from "../../../lib/codec/application-exception.ts";
import { methodCodec } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { DecodeError, EncodeError, ThriftError } from "../../../lib/errors/errors.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { MethodSchema } from "../../../lib/schema/schema.ts";
import type { Method } from "../../../lib/schema/service.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { sample, sampleRecord } from "./sample.ts";

compiling.afterUses = 4;

const protocols = [binary, compact, json];

/** A method of a fresh module, so that nothing is compiled yet. */
function method(key: string): Method {
  return new Module(sample).service("Store").methods.get(key)!;
}

function own(schema: MethodSchema): Method {
  return new Module({ ...sample, services: [{ kind: "service", name: "S", methods: [schema] }] })
    .service("S")
    .methods.get(schema.name)!;
}

/** What `read` gives for what `write` wrote. */
function through<T>(write: (w: ByteWriter) => void, read: (r: ByteReader) => T): T {
  const w = new ByteWriter(8);
  write(w);
  const r = new ByteReader();
  r.reset(w.buf, 0, w.pos);
  const value = read(r);
  if (r.pos !== w.pos) throw new Error(`read ${r.pos} of ${w.pos} bytes`);
  return value;
}

/** Interpreted at first, compiled at last. */
function often(run: () => void): void {
  for (let i = 0; i < compiling.afterUses + 3; i++) run();
}

function thrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

for (const protocol of protocols) {
  t.test(`${protocol.name}: arguments come back in their order, before and after they are compiled`, (t) => {
    const codec = methodCodec(method("put"), protocol);
    often(() => {
      const args = [sampleRecord, 5, "x"];
      t.strictSame(
        through(
          (w) => codec.writeArgs(w, args),
          (r) => codec.readArgs(r),
        ),
        args,
      );
      const without = [sampleRecord, 5, undefined];
      t.strictSame(
        through(
          (w) => codec.writeArgs(w, without),
          (r) => codec.readArgs(r),
        ),
        without,
      );
    });
    t.end();
  });

  t.test(`${protocol.name}: an argument left out is sent as its default, made afresh`, (t) => {
    const list = { list: "string" } as const;
    const args = [
      { id: 1, name: "count", type: "i32", default: 7 },
      { id: 2, name: "names", type: list, default: ["a"] },
      { id: 3, name: "need", type: "bool", need: "required", default: true },
      { id: 4, name: "perhaps", type: "i32", need: "optional", default: 9 },
      { id: 5, name: "last", type: "string" },
    ] as const;
    const plain = args.map(({ id, name, type }) => ({ id, name, type, need: "optional" }) as const);
    const codec = methodCodec(own({ name: "f", args }), protocol);
    const bare = methodCodec(own({ name: "f", args: plain }), protocol);
    const seen = new Set<unknown>();
    often(() => {
      const write = (w: ByteWriter): void => codec.writeArgs(w, [undefined, undefined, undefined, undefined, "x"]);
      const sent = through(write, (r) => bare.readArgs(r));
      t.strictSame(sent, [7, ["a"], true, undefined, "x"], "an optional one is left to the other end");
      const got = through(write, (r) => codec.readArgs(r));
      t.strictSame(got, [7, ["a"], true, 9, "x"]);
      seen.add(got[1]);
    });
    t.equal(seen.size, compiling.afterUses + 3);
    t.match(problem(codec, [undefined, undefined, undefined, undefined, undefined]), /^last: expected string/);
    t.match(problem(codec, [null, [], true, 1, ""]), /^count: expected i32, got null/);
    t.end();
  });

  t.test(`${protocol.name}: a method may have hundreds of arguments`, (t) => {
    const args = Array.from({ length: 300 }, (_, i) => ({ id: i + 1, name: `a${i}`, type: "i32" }) as const);
    const codec = methodCodec(own({ name: "f", args }), protocol);
    const values = args.map(({ id }) => id * 1000);
    often(() =>
      t.strictSame(
        through(
          (w) => codec.writeArgs(w, values),
          (r) => codec.readArgs(r),
        ),
        values,
      ),
    );
    t.end();
  });

  t.test(`${protocol.name}: arguments that did not come are their defaults`, (t) => {
    const codec = methodCodec(method("put"), protocol);
    const none = methodCodec(method("touch"), protocol);
    often(() =>
      t.strictSame(
        through(
          (w) => none.writeArgs(w, []),
          (r) => codec.readArgs(r),
        ),
        [undefined, 3, undefined],
      ),
    );
    t.end();
  });

  t.test(`${protocol.name}: a result is the value itself, a declared exception its class`, (t) => {
    const put = method("put");
    const codec = methodCodec(put, protocol);
    const NotFound = put.throws[0]!.type.kind === "struct" ? put.throws[0]!.type.exceptionClass! : Error;
    often(() => {
      t.strictSame(
        through(
          (w) => codec.writeResult(w, sampleRecord),
          (r) => codec.readResult(r),
        ),
        sampleRecord,
      );
      const error = thrown(() =>
        through(
          (w) => codec.writeException(w, new NotFound({ message: "gone", code: 4 })),
          (r) => codec.readResult(r),
        ),
      );
      t.ok(error instanceof NotFound);
      t.match(error, { name: "NotFound", message: "gone", code: 4 });
      t.equal(codec.writeException(new ByteWriter(), new Error("other")), false);
    });
    t.end();
  });

  t.test(`${protocol.name}: void returns undefined and may throw`, (t) => {
    const touch = method("touch");
    const codec = methodCodec(touch, protocol);
    const [declared] = touch.throws;
    const NotFound = (declared!.type as { exceptionClass: new (fields: object) => Error }).exceptionClass;
    often(() => {
      t.equal(
        through(
          (w) => codec.writeResult(w, undefined),
          (r) => codec.readResult(r),
        ),
        undefined,
      );
      t.ok(
        thrown(() =>
          through(
            (w) => codec.writeException(w, new NotFound({})),
            (r) => codec.readResult(r),
          ),
        ) instanceof NotFound,
      );
    });
    t.end();
  });

  t.test(`${protocol.name}: a result without value or exception is MISSING_RESULT, already answered`, (t) => {
    const codec = methodCodec(method("put"), protocol);
    const empty = methodCodec(method("touch"), protocol);
    often(() => {
      const error = thrown(() =>
        through(
          (w) => empty.writeResult(w, undefined),
          (r) => codec.readResult(r),
        ),
      );
      t.match(error, { code: "MISSING_RESULT", delivery: "answered" });
      t.ok(error instanceof ThriftError);
    });
    t.end();
  });

  t.test(`${protocol.name}: stream elements have a codec of their own`, (t) => {
    const { stream } = methodCodec(method("watch"), protocol);
    t.strictSame(
      through(
        (w) => stream!.writeResult(w, sampleRecord),
        (r) => stream!.readResult(r),
      ),
      sampleRecord,
    );
    t.end();
  });

  t.test(`${protocol.name}: application exceptions carry their text and number`, (t) => {
    const write = (w: ByteWriter) => writeApplicationException(w, protocol, "no such method", 1);
    t.strictSame(
      through(write, (r) => readApplicationException(r, protocol)),
      { message: "no such method", type: 1 },
    );
    t.end();
  });
}

t.test("a list of another element type counts as not given, unless it is empty", (t) => {
  const numbers = own({ name: "f", args: [{ id: 1, name: "list", type: { list: "i32" } }] });
  const texts = own({ name: "f", args: [{ id: 1, name: "list", type: { list: "string" } }] });
  for (const protocol of protocols) {
    const [from, to] = [methodCodec(texts, protocol), methodCodec(numbers, protocol)];
    often(() => {
      t.strictSame(
        through(
          (w) => from.writeArgs(w, [["a", "b"]]),
          (r) => to.readArgs(r),
        ),
        [[]],
      );
      t.strictSame(
        through(
          (w) => from.writeArgs(w, [[]]),
          (r) => to.readArgs(r),
        ),
        [[]],
      );
    });
  }
  t.end();
});

/** The error's text, interpreted and compiled, which must be the same. */
function problem(
  codec: { writeArgs(w: ByteWriter, args: readonly unknown[]): void },
  args: readonly unknown[],
): string {
  const errors = new Set<string>();
  often(() => {
    const error = thrown(() => codec.writeArgs(new ByteWriter(), args));
    errors.add(error instanceof EncodeError ? error.message : `no EncodeError: ${String(error)}`);
  });
  return [...errors].join(" or ");
}

t.test("an argument that cannot be encoded is named by its path", (t) => {
  for (const protocol of [binary, compact] as Protocol[]) {
    const codec = methodCodec(method("put"), protocol);
    const record = sampleRecord as Record<string, unknown>;
    const cases: [unknown, string][] = [
      [undefined, "record: expected Record, got undefined"],
      [null, "record: expected Record, got null"],
      [[], "record: expected Record, got array of 0"],
      [{ ...record, id: 5 }, "record.id: expected i64 as bigint, got 5"],
      [{ ...record, id: 2n ** 63n }, "record.id: expected i64 as bigint, got 9223372036854775808n"],
      [{ ...record, name: "\ud800" }, "record.name: string holds a lone surrogate"],
      [{ ...record, active: 1 }, "record.active: expected bool, got 1"],
      [{ ...record, color: 2 ** 31 }, "record.color: expected Color, got 2147483648"],
      [{ ...record, color: 1n }, "record.color: expected Color, got 1n"],
      [{ ...record, color: Symbol("red") }, "record.color: expected Color, got Symbol(red)"],
      [{ ...record, points: [{ x: 1, y: 2 }, { x: 1 }] }, "record.points[1].y: expected double, got undefined"],
      [{ ...record, points: [{ x: 1, y: "2" }] }, 'record.points[0].y: expected double, got "2"'],
      [{ ...record, points: [{ x: 1, y: 2, label: null }] }, "record.points[0].label: expected string, got null"],
      [{ ...record, index: {} }, "record.index: expected map<string,set<i32>>, got object"],
      [{ ...record, index: new Map([["k", new Set([1, 1.5])]]) }, 'record.index["k"]{1}: expected i32, got 1.5'],
      [{ ...record, index: new Map([[1, new Set()]]) }, "record.index{0}: expected string, got 1"],
      [{ ...record, next: { ...record, raw: [1] } }, "record.next.raw: expected binary, got array of 1"],
      [{ ...record, shape: { kind: "square", value: 1 } }, 'record.shape.kind: expected one of at, text, got "square"'],
      [{ ...record, shape: { kind: "text" } }, "record.shape.text: expected string, got undefined"],
    ];
    for (const [value, text] of cases) t.equal(problem(codec, [value, 1, undefined]), text);
    t.equal(problem(codec, [record, null, undefined]), "times: expected i32, got null");
    t.equal(problem(codec, [record, 1, 2]), "tag: expected string, got 2");
  }
  t.end();
});

t.test("a value that contains itself fails with a path, not with the stack", (t) => {
  const record: Record<string, unknown> = { id: 1n, name: "", active: true, color: 1, points: [] };
  record["next"] = record;
  for (const protocol of [binary, compact] as Protocol[]) {
    t.match(
      problem(methodCodec(method("put"), protocol), [record, 1]),
      /^record(\.next){64}: structs nest deeper than the limit of 64$/,
    );
  }
  t.end();
});

t.test("what a getter throws is the cause", (t) => {
  const cause = new Error("no");
  const record = {
    get id(): bigint {
      throw cause;
    },
  };
  const error = thrown(() => methodCodec(method("put"), compact).writeArgs(new ByteWriter(), [record, 1]));
  t.ok(error instanceof EncodeError);
  t.equal((error as EncodeError).cause, cause);
  t.end();
});

t.test("a required field that did not come is named", (t) => {
  const strict = own({ name: "f", args: [{ id: 1, name: "point", type: { struct: "Point" } }] });
  const loose = new Module({
    name: "loose",
    structs: [{ kind: "struct", name: "Point", fields: [{ id: 1, name: "x", type: "double" }] }],
    services: [
      {
        kind: "service",
        name: "S",
        methods: [{ name: "f", args: [{ id: 1, name: "point", type: { struct: "Point" } }] }],
      },
    ],
  });
  for (const protocol of protocols) {
    const [from, to] = [methodCodec(loose.service("S").methods.get("f")!, protocol), methodCodec(strict, protocol)];
    often(() => {
      const error = thrown(() =>
        through(
          (w) => from.writeArgs(w, [{ x: 1 }]),
          (r) => to.readArgs(r),
        ),
      );
      t.ok(error instanceof DecodeError);
      t.match(error, { message: "Point.y: required field is missing" });
    });
  }
  t.end();
});
