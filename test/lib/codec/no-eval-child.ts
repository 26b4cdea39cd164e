/** Run by no-eval.test.ts in a process that forbids code generation from strings; argument: a module of codecs. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { decode, encode, methodCodec } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { structCodec } from "../../../lib/codec/shapes.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { defineModule } from "../../../lib/schema/codegen-v1.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { sample, sampleRecord } from "./sample.ts";

compiling.afterUses = 4;
assert.throws(() => new Function("return 1"), EvalError);

const { default: codecs } = await import(pathToFileURL(process.argv[2]!).href);
const built = defineModule(sample, {}, codecs);
const dynamic = defineModule(sample);

for (let i = 0; i < 50; i++) {
  for (const module of [built, dynamic]) {
    const type = module.struct("Record");
    assert.deepEqual(decode(type, encode(type, sampleRecord)), sampleRecord);
  }
}

assert.equal(structCodec(built.struct("Record"), compact).read.name, "readRecord");
assert.notEqual(structCodec(dynamic.struct("Record"), compact).read.name, "readRecord");

const w = new ByteWriter();
const put = methodCodec(built.service("Store").methods.get("put")!, compact);
put.writeArgs(w, [sampleRecord, 5, undefined]);
const r = new ByteReader();
r.reset(w.buf, 0, w.pos);
assert.deepEqual(put.readArgs(r), [sampleRecord, 5, undefined]);
console.log("done");
