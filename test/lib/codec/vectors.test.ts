import { Buffer } from "node:buffer";
import t, { type Test } from "tap";
import { decode, decodeFrom, encode, encodeInto } from "../../../lib/codec/index.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import type { MessageHead, Protocol } from "../../../lib/protocol/protocol.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { sharedPath } from "../../helpers/shared.ts";
import { readVectors, type Vector, vectorType, vectorValue } from "./vectors.ts";

const protocols = { binary, compact };

for (const [name, protocol] of Object.entries(protocols)) {
  const path = sharedPath(`data/vectors/${name}.jsonl`);
  t.test(`${name}: writes and reads what two other implementations agree on`, { skip: path === undefined && "no ../shared" }, (t) => {
    for (const vector of readVectors(path!)) {
      if (vector.kind === "struct") checkStruct(t, protocol, vector, vector.hex);
      else checkMessage(t, protocol, vector);
    }
    t.end();
  });
}

const disagreements = sharedPath("data/vectors/disagreements.jsonl");
t.test("sides with the specification where others disagree", { skip: disagreements === undefined && "no ../shared" }, (t) => {
  for (const vector of readVectors(disagreements!)) {
    const protocol = protocols[vector.protocol as keyof typeof protocols];
    if (protocol === undefined) continue;
    checkStruct(t, protocol, { ...vector, type: typeOfText(vector) }, vector["python-0.25dev"]!);
  }
  t.end();
});

/** These vectors have their type only as text. */
function typeOfText(vector: Vector & { typeText?: string }): Vector["type"] {
  const text = /1: ([\w<>]+) value/.exec(vector.typeText!)![1]!;
  const list = /^list<(\w+)>$/.exec(text);
  return { struct: "Holder", fields: [{ id: 1, name: "value", type: list ? { list: list[1]! } : text }] };
}

function checkStruct(t: Test, protocol: Protocol, vector: Vector, hex: string): void {
  const type = vectorType(vector.type);
  const value = vectorValue(type, vector.value);
  t.equal(encode(type, value, protocol).toString("hex"), hex, `writes ${vector.name}`);
  t.strictSame(decode(type, Buffer.from(hex, "hex"), protocol), value, `reads ${vector.name}`);
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
  t.strictSame([head.nameBuf.toString("utf8", head.nameStart, head.nameEnd), head.type, head.seqid], [name, messageType, seqid]);
  t.equal(r.pos, bytes.length);
  t.equal(protocol.createScanner(withDefaultLimits()).scan(bytes, 0, bytes.length), bytes.length, `finds the end of ${vector.name}`);
}
