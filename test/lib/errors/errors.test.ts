/** Errors as their catchers see them: by `instanceof`, whichever copy of the package has made them, and by their delivery. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import t from "tap";
import * as here from "../../../lib/errors/errors.ts";
import { ThriftException } from "../../../lib/schema/exception.ts";
import { DivideByZero } from "../../helpers/calculator.ts";
import { root } from "../../helpers/shared.ts";

type Errors = typeof here & { readonly ThriftException: typeof ThriftException };

/** Another copy of the package's errors, as an `npm install` of two versions leaves it. */
async function anotherCopy(folder: string, name: string): Promise<Errors> {
  const file = join(folder, `${name}.mjs`);
  const entry = `export * from "./lib/errors/errors.ts"; export { ThriftException } from "./lib/schema/exception.ts";`;
  buildSync({
    stdin: { contents: entry, resolveDir: root, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile: file,
  });
  return (await import(pathToFileURL(file).href)) as Errors;
}

const CLASSES = [
  "ThriftError",
  "EncodeError",
  "DecodeError",
  "ApplicationError",
  "DeadlineError",
  "ConnectionError",
] as const;

function one(of: Errors, name: (typeof CLASSES)[number]): Error {
  if (name === "EncodeError") return new of.EncodeError("a.b", "is none");
  if (name === "DecodeError") return new of.DecodeError("invalid", "text");
  return new of[name]("CLOSED", "text");
}

t.test("instanceof finds the errors of every copy of the package, each class its own", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "copies-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const copies = [
    { ...here, ThriftException } as Errors,
    await anotherCopy(folder, "a"),
    await anotherCopy(folder, "b"),
  ];
  t.equal(new Set(copies.map((copy) => copy.ThriftError)).size, 3);
  for (const made of copies) {
    for (const asked of copies) {
      for (const name of CLASSES) {
        const error = one(made, name);
        t.ok(error instanceof asked.ThriftError);
        t.ok(error instanceof Error);
        for (const other of CLASSES) t.equal(error instanceof asked[other], other === name || other === "ThriftError");
        t.notOk(error instanceof asked.ThriftException);
      }
      t.ok(new made.ThriftException({}) instanceof asked.ThriftException);
      t.notOk(new made.ThriftException({}) instanceof asked.ThriftError);
    }
  }
});

t.test("subclasses keep the usual meaning, and what is no error of ours is none", async (t) => {
  class Mine extends here.DecodeError {}
  t.ok(new Mine("invalid", "x") instanceof Mine);
  t.ok(new Mine("invalid", "x") instanceof here.DecodeError);
  t.notOk(new here.DecodeError("invalid", "x") instanceof Mine);
  t.ok(new DivideByZero({ message: "x" }) instanceof ThriftException);
  t.notOk(new ThriftException({}) instanceof DivideByZero);
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("boom");
      },
      getPrototypeOf: () => {
        throw new Error("boom");
      },
    },
  );
  for (const other of [undefined, null, 5, "x", {}, [], new Error("x"), () => {}, hostile, Object.create(null)]) {
    t.notOk((other as object) instanceof here.ThriftError);
    t.notOk((other as object) instanceof ThriftException);
  }
});

t.test("the delivery is unknown unless it is said", async (t) => {
  t.match(new here.ThriftError("CLOSED", "x"), { delivery: "unknown", safeToRetry: false });
  t.match(new here.ThriftError("CLOSED", "x", { delivery: "unsent" }), { delivery: "unsent", safeToRetry: true });
  t.match(new here.EncodeError("a", "x"), { delivery: "unknown", safeToRetry: false });
});

t.test("an error that somebody has frozen can be thrown again", async (t) => {
  const error = Object.freeze(new here.EncodeError("a", "x"));
  t.doesNotThrow(() => error.locate({ peer: "somewhere" }));
  const thrown = here.unsentError(error, "method");
  t.match(thrown, { code: "INVALID_ARGUMENT", delivery: "unsent", cause: error });
});
