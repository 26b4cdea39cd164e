import t from "tap";
import { decode, encode } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { codecModuleSource } from "../../../lib/codec/module-source.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { FieldSchema } from "../../../lib/schema/schema.ts";

compiling.afterUses = 4;

const SPECIAL = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "prototype",
  "__defineGetter__",
];

function struct(names: readonly string[], kind: "struct" | "union" | "exception" = "struct", name = "S"): Module {
  const fields = names.map((field, i): FieldSchema => ({ id: i + 1, name: field, type: "string", need: "optional" }));
  return new Module({ name: "hostile", structs: [{ kind, name, fields }] });
}

function often(run: () => void): void {
  for (let i = 0; i < compiling.afterUses + 2; i++) run();
}

for (const protocol of [binary, compact, json]) {
  t.test(`${protocol.name}: names of JavaScript's own become harmless own properties`, (t) => {
    const type = struct(SPECIAL).struct("S");
    const value = Object.fromEntries(SPECIAL.map((name) => [name, `value of ${name}`]));
    often(() => {
      const back = decode(type, encode(type, value, protocol), protocol) as object;
      t.strictSame(Object.entries(back).sort(), Object.entries(value).sort());
      t.equal(Object.getPrototypeOf(back), Object.prototype);
      const some = decode(type, encode(type, { ["__proto__"]: "p" }, protocol), protocol) as object;
      t.strictSame(Object.entries(some), [["__proto__", "p"]]);
      t.equal(Object.getPrototypeOf(some), Object.prototype);
    });
    t.equal(({} as { polluted?: unknown }).polluted, undefined);
    t.end();
  });

  t.test(`${protocol.name}: what an object inherits is no field of it`, (t) => {
    const type = struct(SPECIAL).struct("S");
    often(() => t.strictSame(decode(type, encode(type, {}, protocol), protocol), {}));
    t.end();
  });

  t.test(`${protocol.name}: an exception's own name, stack and cause are not its fields`, (t) => {
    const names = ["name", "stack", "cause", "message"];
    const type = struct(names, "exception").struct("S");
    const E = type.exceptionClass!;
    often(() => {
      const bare = decode(type, encode(type, new E({}), protocol), protocol) as Error;
      t.strictSame(Object.keys(bare), []);
      t.equal(bare.name, "S");
      const full = decode(
        type,
        encode(type, new E({ name: "n", stack: "s", cause: "c", message: "m" }), protocol),
        protocol,
      );
      t.match(full, { name: "n", stack: "s", cause: "c", message: "m" });
    });
    t.end();
  });
}

/** Each would do something if it reached the text as it is. */
const ATTACKS = [
  'x"); globalThis.attacked = true; ("',
  "x'); globalThis.attacked = true; ('",
  "\n globalThis.attacked = true; //",
  "\u2028 globalThis.attacked = true; //",
  "\u2029globalThis.attacked = true;//",
  "*/ globalThis.attacked = true; /*",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on a template literal
  "${globalThis.attacked = true}",
  "`+(globalThis.attacked = true)+`",
  "a = globalThis.attacked = true",
  "\\",
  "\ud800",
  "",
];

t.test("names cannot put code into the text", (t) => {
  for (const attack of ATTACKS) {
    for (const kind of ["struct", "union", "exception"] as const) {
      const outer = struct(["ok", attack], kind, attack || "S");
      const type = [...outer.structs][0]!;
      for (const protocol of [binary, compact]) {
        const value = kind === "union" ? { kind: attack, value: "v" } : { ok: "o", [attack]: "v" };
        often(() => t.match(decode(type, encode(type, value as object, protocol), protocol), value));
        t.doesNotThrow(
          () =>
            new Function(
              `return ${codecModuleSource(outer, [protocol])
                .replace(/^[\s\S]*?= /, "")
                .replace(/;\nexport[\s\S]*/, "")}`,
            ),
        );
      }
    }
  }
  t.equal((globalThis as { attacked?: boolean }).attacked, undefined);
  t.end();
});

t.test("defaults reach the text as literals only", (t) => {
  const defaults = ATTACKS.map(
    (attack, i): FieldSchema => ({ id: i + 1, name: `f${i}`, type: "string", default: attack }),
  );
  const type = new Module({ name: "hostile", structs: [{ kind: "struct", name: "S", fields: defaults }] }).struct("S");
  const sound = ATTACKS.map((attack) => (attack === "\ud800" ? "" : attack));
  const value = Object.fromEntries(sound.map((text, i) => [`f${i}`, text]));
  const absent = struct([]).struct("S");
  for (const protocol of [binary, compact]) {
    often(() => {
      t.strictSame(decode(type, encode(type, value, protocol), protocol), value);
      t.strictSame(Object.values(decode(type, encode(absent, {}, protocol), protocol) as object), ATTACKS);
    });
  }
  t.equal((globalThis as { attacked?: boolean }).attacked, undefined);
  t.end();
});
