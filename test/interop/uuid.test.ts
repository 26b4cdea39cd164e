/**
 * uuid beside npm thrift, struct by struct: Debian's compiler does not know the type, so no program of a peer can carry it in
 * a call. npm thrift takes only uuids whose version bits are those of RFC 4122 and its successor.
 */
import { createRequire } from "node:module";
import t from "tap";
import { decode, encode } from "../../lib/codec/index.ts";
import { binary, compact } from "../../lib/index.ts";
import { defineModule } from "../../lib/schema/codegen-v1.ts";

const Ids = defineModule({
  name: "ids",
  structs: [
    {
      kind: "struct",
      name: "Ids",
      fields: [
        { id: 1, name: "one", type: "uuid" },
        { id: 2, name: "many", type: { list: "uuid" } },
        { id: 20, name: "named", type: { map: ["uuid", "i32"] } },
      ],
    },
  ],
}).struct<{ one: string; many: string[]; named: Map<string, number> }>("Ids");

interface ForeignProtocol {
  readonly flush: () => void;
  [method: string]: (...args: unknown[]) => unknown;
}

type ForeignTransport = new (bytes?: Buffer, onFlush?: (bytes: Buffer) => void) => { flush(): void };

const thrift = createRequire(import.meta.url)("thrift") as {
  readonly TBufferedTransport: ForeignTransport;
  readonly TFramedTransport: ForeignTransport;
  readonly TBinaryProtocol: new (transport: unknown) => ForeignProtocol;
  readonly TCompactProtocol: new (transport: unknown) => ForeignProtocol;
};
const [UUID, I32, MAP, LIST] = [16, 8, 13, 15];

const first = "00112233-4455-6677-8899-aabbccddeeff";
const second = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";
const value = { one: first, many: [first, second], named: new Map([[second, 7]]) };

function writtenByNpm(Protocol: typeof thrift.TBinaryProtocol): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  const transport = new thrift.TBufferedTransport(undefined, (flushed) => {
    bytes = flushed;
  });
  const p = new Protocol(transport);
  p["writeStructBegin"]!("Ids");
  p["writeFieldBegin"]!("one", UUID, 1);
  p["writeUuid"]!(first);
  p["writeFieldBegin"]!("many", LIST, 2);
  p["writeListBegin"]!(UUID, 2);
  for (const uuid of value.many) p["writeUuid"]!(uuid);
  p["writeFieldBegin"]!("named", MAP, 20);
  p["writeMapBegin"]!(UUID, I32, 1);
  p["writeUuid"]!(second);
  p["writeI32"]!(7);
  p["writeFieldStop"]!();
  p["writeStructEnd"]!();
  transport.flush();
  return bytes;
}

/** Every uuid in the order of the wire, and the number. */
function readByNpm(bytes: Buffer, Protocol: typeof thrift.TBinaryProtocol): unknown[] {
  const p = new Protocol(new thrift.TFramedTransport(bytes));
  p["readStructBegin"]!();
  p["readFieldBegin"]!();
  const one = p["readUuid"]!();
  p["readFieldBegin"]!();
  p["readListBegin"]!();
  const many = [p["readUuid"]!(), p["readUuid"]!()];
  p["readFieldBegin"]!();
  p["readMapBegin"]!();
  return [one, ...many, p["readUuid"]!(), p["readI32"]!()];
}

for (const [protocol, Protocol] of [
  [binary, thrift.TBinaryProtocol],
  [compact, thrift.TCompactProtocol],
] as const) {
  t.test(`npm thrift reads the uuids that we write in ${protocol.name}`, async (t) => {
    t.strictSame(readByNpm(encode(Ids, value, protocol), Protocol), [first, first, second, second, 7]);
  });
  t.test(`we read the uuids that npm thrift writes in ${protocol.name}`, async (t) => {
    t.strictSame(decode(Ids, writtenByNpm(Protocol), protocol), value);
  });
}
