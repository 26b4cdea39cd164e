import { Buffer } from "node:buffer";
import t from "tap";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { binary, binaryWith } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import type { MessageHead, Protocol } from "../../../lib/protocol/protocol.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";

const nothing = Buffer.alloc(0);

function readHead(protocol: Protocol, bytes: Buffer): { name: string; type: number; seqid: number; pos: number } {
  const r = new ByteReader();
  r.reset(bytes, 0, bytes.length);
  const head: MessageHead = { type: 0, seqid: 0, nameBuf: nothing, nameStart: 0, nameEnd: 0 };
  protocol.readMessageBegin(r, head);
  const name = head.nameBuf.toString("utf8", head.nameStart, head.nameEnd);
  return { name, type: head.type, seqid: head.seqid, pos: r.pos };
}

function problem(protocol: Protocol, hex: string): string {
  try {
    return readHead(protocol, Buffer.from(hex, "hex")).name;
  } catch (error) {
    return error instanceof DecodeError ? error.problem : String(error);
  }
}

for (const protocol of [binary, compact, compactFb, json]) {
  t.test(`${protocol.name}: heads come back, whatever the name and the seqid`, (t) => {
    for (const name of ["", "f", "Service:method", "méthode", 'quoted "name" \\', "\u0000", "x".repeat(300)]) {
      for (const seqid of [0, 1, -1, 127, 128, 2 ** 31 - 1, -(2 ** 31)]) {
        const w = new ByteWriter(1);
        protocol.writeMessageBegin(w, Buffer.from(name), 2, seqid);
        const bytes = Buffer.from(w.view(0));
        t.strictSame(readHead(protocol, bytes), { name, type: 2, seqid, pos: bytes.length });
        let heads = 0;
        for (let end = 0; end < bytes.length; end++) {
          if (problem(protocol, bytes.toString("hex", 0, end)) !== "incomplete") heads++;
        }
        t.equal(heads, 0, "no prefix is a head");
      }
    }
    t.end();
  });
}

t.test("binary admits the old form only on request, and always writes the new one", (t) => {
  const old = "00000003" + "616464" + "01" + "00000007";
  t.equal(problem(binary, old), "invalid");
  const lenient = binaryWith({ strict: false });
  t.strictSame(readHead(lenient, Buffer.from(old, "hex")), { name: "add", type: 1, seqid: 7, pos: 12 });
  const w = new ByteWriter();
  lenient.writeMessageBegin(w, Buffer.from("add"), 1, 7);
  t.strictSame(readHead(binary, Buffer.from(w.view(0))), { name: "add", type: 1, seqid: 7, pos: 15 });
  t.end();
});

t.test("other versions are invalid", (t) => {
  t.equal(problem(binary, "80020001" + "00000000" + "00000000"), "invalid");
  t.equal(problem(binary, "80010001" + "ffffffff" + "00000000"), "invalid");
  t.equal(problem(compact, "82220100"), "invalid");
  t.equal(problem(compactFb, "82210100"), "invalid");
  t.equal(problem(compact, "81210100"), "invalid");
  t.equal(problem(json, Buffer.from('[2,"f",1,1,').toString("hex")), "invalid");
  t.end();
});
