/** Names of headers are the sender's: none reaches a prototype, and many that would meet in one slot of a table are bounded. */
import t from "tap";
import { closeHeader, HeaderProtocol, openHeader, readHeader } from "../../../../lib/framing/header/theader.ts";
import { closeTTHeader, openTTHeader, readTTHeader } from "../../../../lib/framing/header/ttheader.ts";
import { type HttpHead, HttpReader } from "../../../../lib/framing/http/reader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";

const NAMES = ["__proto__", "constructor", "prototype", "tostring", "hasownproperty", "then"];
const headers: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [name, `value of ${name}`]));

/** Whole numbers as names hash alike in every process: V8 seeds the hash of other names only. */
function many(count: number): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: count }, (_, i) => [`${i * 4096}`, ""]));
}

const throughHeader = (given: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const w = new ByteWriter();
  const start = openHeader(w, { seqid: 1, protocolId: HeaderProtocol.BINARY, headers: given });
  closeHeader(w, start);
  return readHeader(Buffer.from(w.view(0)), 4, w.pos, 1 << 20).headers;
};

const throughTTHeader = (given: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const w = new ByteWriter();
  const start = openTTHeader(w, { seqid: 1, headers: given });
  closeTTHeader(w, start);
  return readTTHeader(Buffer.from(w.view(0)), 4, w.pos).headers;
};

function throughHttp(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const heads: HttpHead[] = [];
  const reader = new HttpReader({ onHead: (head) => heads.push(head), onBody() {} }, 1000);
  const lines = [...given].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  reader.push(Buffer.from(`POST / HTTP/1.1\r\n${lines}\r\n`));
  return heads[0]?.headers ?? new Map();
}

for (const [name, through] of Object.entries({ throughHeader, throughTTHeader, throughHttp })) {
  t.test(`${name}: names of JavaScript's own are names`, async (t) => {
    t.same([...through(headers)], [...headers]);
    t.same(Object.keys(Object.prototype), []);
    t.equal(({} as { value?: unknown }).value, undefined);
  });

  t.test(`${name}: a message has too few headers for names that meet in one slot to cost anything`, async (t) => {
    t.throws(() => through(many(5000)), { code: "LIMIT_EXCEEDED" });
  });
}
