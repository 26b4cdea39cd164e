import { Buffer } from "node:buffer";
import t from "tap";
import { decode, encode } from "../../../lib/codec/index.ts";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { json } from "../../../lib/protocol/json.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { TypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";

function holder(type: TypeSchema): StructType {
  const fields = [{ id: 1, name: "x", type, need: "required" as const }];
  return new Module({ name: "m", structs: [{ kind: "struct", name: "S", fields }] }).struct("S");
}

function read(type: TypeSchema, text: string): unknown {
  return (decode(holder(type), Buffer.from(text), json) as { x: unknown }).x;
}

function problem(type: TypeSchema, text: string): string {
  try {
    return `read ${String(read(type, text))}`;
  } catch (error) {
    return error instanceof DecodeError ? error.problem : String(error);
  }
}

t.test("reads what JSON allows: white space and every escape", (t) => {
  t.equal(read("i32", ' { "1" : { "i32" : 5 } \n}'), 5);
  t.equal(read("string", '{"1":{"str":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"}}'), '"\\/\b\f\n\r\té😀');
  t.strictSame(read({ list: "i8" }, '{"1":{"lst":[ "i8" , 2 , 1 , -2 ]}}'), [1, -2]);
  t.strictSame(
    read({ map: ["i32", "string"] }, '{"1":{"map":["i32","str",2,{ "1" : "a" , "-2":"b"}]}}'),
    new Map([
      [1, "a"],
      [-2, "b"],
    ]),
  );
  t.end();
});

t.test("writes escapes where JSON needs them", (t) => {
  const text = 'a"b\\c/\u0000\u001f\u007f\u2028é😀';
  const bytes = encode(holder("string"), { x: text }, json);
  t.equal(JSON.parse(bytes.toString())["1"].str, text);
  t.end();
});

t.test("says NaN and the infinities as strings, also as keys, and keeps the sign of zero", (t) => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324];
  const list = encode(holder({ list: "double" }), { x: values }, json);
  t.equal(list.toString(), '{"1":{"lst":["dbl",5,"NaN","Infinity","-Infinity",-0,5e-324]}}');
  t.strictSame(read({ list: "double" }, list.toString()), values);
  const map = encode(holder({ map: ["double", "i32"] }), { x: new Map(values.map((v, i) => [v, i])) }, json);
  t.strictSame(read({ map: ["double", "i32"] }, map.toString()), new Map(values.map((v, i) => [v, i])));
  t.end();
});

t.test("reads base64 with and without padding, and nothing else", (t) => {
  t.strictSame(read("binary", '{"1":{"str":"AP8="}}'), Buffer.from([0, 255]));
  t.strictSame(read("binary", '{"1":{"str":"AP8"}}'), Buffer.from([0, 255]));
  t.strictSame(read("binary", '{"1":{"str":"\\/\\/8="}}'), Buffer.from([255, 255]));
  t.equal(problem("binary", '{"1":{"str":"A*8="}}'), "invalid");
  t.end();
});

t.test("numbers beyond their type are invalid", (t) => {
  for (const [type, text] of [
    ["i8", "128"],
    ["i16", "-32769"],
    ["i32", "2147483648"],
    ["i32", "1.5"],
    ["i32", ""],
    ["i64", "9223372036854775808"],
    ["bool", "2"],
    ["double", "1e"],
  ] as const) {
    const name = { bool: "tf", double: "dbl" }[type as string] ?? type;
    t.equal(problem(type, `{"1":{"${name}":${text}}}`), "invalid", `${type} ${text}`);
  }
  t.end();
});

t.test("broken text is invalid or incomplete", (t) => {
  for (const text of ['{"1":{"i32":5}', '{"1":{"i32":5', '{"1":{"i32"', '{"1', "{", ""])
    t.equal(problem("i32", text), "incomplete", text);
  for (const text of [
    '["1"]',
    '{1:{"i32":5}}',
    '{"x":{"i32":5}}',
    '{"1":{"i33":5}}',
    '{"99999":{"i32":5}}',
    '{"1":{"i32":5}{"2":{"i32":1}}}',
  ]) {
    t.equal(problem("i32", text), "invalid", text);
  }
  t.equal(problem("string", '{"1":{"str":"\\x"}}'), "invalid");
  t.equal(problem("string", '{"1":{"str":"\\ud800"}}'), "invalid");
  t.equal(problem({ list: "i32" }, '{"1":{"lst":["i32",1000000,1]}}'), "incomplete");
  t.end();
});
