import { Buffer } from "node:buffer";
import t, { type Test } from "tap";
import { decode, decodeFrom, encode, encodeInto } from "../../../lib/codec/index.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import type { MessageHead, Protocol } from "../../../lib/protocol/protocol.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { sharedPath } from "../../helpers/shared.ts";
import { readVectors, type Vector, vectorType, vectorValue } from "./vectors.ts";

const protocols = { binary, compact, json };

for (const [name, protocol] of Object.entries(protocols)) {
  const path = sharedPath(`data/vectors/${name}.jsonl`);
  t.test(
    `${name}: writes and reads what two other implementations agree on`,
    { skip: path === undefined && "no ../shared" },
    (t) => {
      for (const vector of readVectors(path!)) {
        if (vector.kind === "struct") checkStruct(t, protocol, vector, vector.hex);
        else checkMessage(t, protocol, vector);
      }
      t.end();
    },
  );
}

const disagreements = sharedPath("data/vectors/disagreements.jsonl");
t.test(
  "sides with the specification where others disagree",
  { skip: disagreements === undefined && "no ../shared" },
  (t) => {
    for (const vector of readVectors(disagreements!)) {
      const protocol = protocols[vector.protocol as keyof typeof protocols];
      const text = vector["python-0.25dev"]!;
      if (protocol !== json) checkStruct(t, protocol, { ...vector, type: typeOfText(vector) }, text);
      else for (const form of [vector["npm-0.24"]!, text]) checkJson(t, { ...vector, type: typeOfText(vector) }, form);
    }
    t.end();
  },
);

/** Every form is read; doubles are written in their shortest form, so only what the specification fixes is compared. */
function checkJson(t: Test, vector: Vector, form: string): void {
  const type = vectorType(vector.type);
  const value = vectorValue(type, vector.value);
  const back = decode(type, Buffer.from(form), json) as { value: unknown };
  // npm thrift has lost the sign of zero before it writes.
  const lost = /-0/.test(JSON.stringify(vector.value)) && !form.includes("-0");
  if (!lost) t.strictSame(back, value, `reads ${form}`);
  t.strictSame(decode(type, encode(type, value, json), json), value, `reads what it writes of ${vector.name}`);
}

/** These vectors have their type only as text. */
function typeOfText(vector: Vector & { typeText?: string }): Vector["type"] {
  const text = /1: ([\w<>,]+) value/.exec(vector.typeText!)![1]!;
  const parts = /^(\w+)<(\w+),?(\w*)>$/.exec(text);
  const type = parts === null ? text : parts[1] === "map" ? { map: [parts[2], parts[3]] } : { [parts[1]!]: parts[2] };
  return { struct: "Holder", fields: [{ id: 1, name: "value", type: type as Vector["type"] }] };
}

function checkStruct(t: Test, protocol: Protocol, vector: Vector, hex: string): void {
  const type = vectorType(vector.type);
  const value = vectorValue(type, vector.value);
  t.equal(encode(type, value, protocol).toString("hex"), written(protocol, vector, hex), `writes ${vector.name}`);
  t.strictSame(decode(type, Buffer.from(hex, "hex"), protocol), value, `reads ${vector.name}`);
}

/**
 * The two implementations behind the JSON vectors put control characters into strings as they are, which is no JSON; we escape
 * them, as Apache's C++ and Java do, and still read them.
 */
function written(protocol: Protocol, vector: Vector, hex: string): string {
  const raw = protocol === json && (vector.name === "string-nul" || vector.name === "string-control");
  return raw ? Buffer.from(JSON.stringify({ 1: { str: (vector.value as { 1: string })[1] } })).toString("hex") : hex;
}

function checkMessage(t: Test, protocol: Protocol, vector: Vector): void {
  const type = vectorType(vector.type);
  const value = vectorValue(type, vector.value);
  const { name, type: messageType, seqid } = vector.message!;
  const w = new ByteWriter();
  protocol.writeMessageBegin(w, Buffer.from(name), messageType, seqid);
  encodeInto(w, type, value, protocol);
  protocol.writeMessageEnd(w);
  t.equal(w.view(0).toString("hex"), vector.hex, `writes ${vector.name}`);

  const bytes = Buffer.from(vector.hex, "hex");
  const r = new ByteReader();
  r.reset(bytes, 0, bytes.length);
  const head: MessageHead = { type: 0, seqid: 0, nameBuf: bytes, nameStart: 0, nameEnd: 0 };
  protocol.readMessageBegin(r, head);
  t.strictSame(decodeFrom(r, type, protocol), value, `reads ${vector.name}`);
  protocol.readMessageEnd(r);
  t.strictSame(
    [head.nameBuf.toString("utf8", head.nameStart, head.nameEnd), head.type, head.seqid],
    [name, messageType, seqid],
  );
  t.equal(r.pos, bytes.length);
  t.equal(
    protocol.createScanner(withDefaultLimits()).scan(bytes, 0, bytes.length),
    bytes.length,
    `finds the end of ${vector.name}`,
  );
}
