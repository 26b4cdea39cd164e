import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../lib/errors.ts";
import { type HttpHead, HttpReader } from "../../../lib/framing/http-reader.ts";

interface Seen {
  readonly line: string;
  readonly body: string;
}

/** Reads `chunks` to their end, each message as soon as the one before is answered. */
function read(chunks: readonly Buffer[], maxBodyBytes = 1000): { seen: Seen[]; heads: HttpHead[]; reader: HttpReader } {
  const seen: Seen[] = [];
  const heads: HttpHead[] = [];
  const reader: HttpReader = new HttpReader(
    {
      onHead: (head) => void heads.push(head),
      onBody: ({ line }, body) => {
        seen.push({ line, body: body.toString() });
        reader.go();
      },
    },
    maxBodyBytes,
  );
  for (const chunk of chunks) reader.push(chunk);
  return { seen, heads, reader };
}

const WITH_LENGTH = "POST /a HTTP/1.1\r\nContent-Length: 5\r\nX-Y:  z \r\n\r\nhello";
const CHUNKED =
  "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nfoo\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
const EMPTY = "POST /c HTTP/1.1\r\n\r\n";
const ALL = Buffer.from(WITH_LENGTH + CHUNKED + EMPTY);
const EXPECTED: Seen[] = [
  { line: "POST /a HTTP/1.1", body: "hello" },
  { line: "POST /b HTTP/1.1", body: "foo0123456789" },
  { line: "POST /c HTTP/1.1", body: "" },
];

t.test("reads bodies with a length, in chunks and without either", async (t) => {
  const { seen, heads, reader } = read([ALL]);
  t.same(seen, EXPECTED);
  t.equal(heads[0]?.headers.get("x-y"), "z");
  t.equal(reader.partialBytes, 0);
});

t.test("reads the same however it is split", async (t) => {
  for (let at = 0; at <= ALL.length; at++) {
    const { seen } = read([ALL.subarray(0, at), ALL.subarray(at)]);
    if (JSON.stringify(seen) !== JSON.stringify(EXPECTED)) t.fail(`split at ${at}`);
  }
  t.same(read([...ALL].map((byte) => Buffer.of(byte))).seen, EXPECTED);
});

t.test("holds what follows until the message is answered", async (t) => {
  const bodies: string[] = [];
  const reader = new HttpReader({ onHead() {}, onBody: (_head, body) => void bodies.push(body.toString()) }, 1000);
  reader.push(ALL);
  t.same(bodies, ["hello"]);
  reader.go();
  t.same(bodies, ["hello", "foo0123456789"]);
});

t.test("refuses what is too long, before it takes memory for it", async (t) => {
  const over = { code: "LIMIT_EXCEEDED" };
  t.throws(() => read([Buffer.from("POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n")]), over);
  t.throws(() => read([Buffer.from("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n")]), over);
  t.throws(() => read([Buffer.alloc(17_000, "a")]), over);
  t.throws(() => read([Buffer.from(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${"0".repeat(400)}`)]), over);
});

t.test("refuses what two readers could take for different messages", async (t) => {
  for (const headers of [
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Content-Length: +5",
    "Content-Length: 0x5",
    "Content-Length : 5",
    " folded: x",
    "no colon",
  ]) {
    t.throws(() => read([Buffer.from(`POST / HTTP/1.1\r\n${headers}\r\n\r\nhello`)]), DecodeError, headers);
  }
  t.throws(
    () => read([Buffer.from("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nfooXX")]),
    DecodeError,
    "a chunk without its end",
  );
});

t.test("garbage is a message, a beginning of one, or a DecodeError", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "POST / HTTP/1.1\r\n",
      "\r\n",
      "\r\n\r\n",
      "Content-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\n",
      "3\r\n",
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        read(pieces.map((text) => Buffer.from(text)));
      } catch (error) {
        return error instanceof DecodeError;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

t.test("a body without a length lasts until the stream ends, if its owner says so", async (t) => {
  const bodies: string[] = [];
  const sink = { onHead() {}, onBody: (_head: HttpHead, body: Buffer) => void bodies.push(body.toString()) };
  const reader = new HttpReader({ ...sink, endless: () => true }, 20);
  for (const piece of ["HTTP/1.1 200 OK\r\n\r\n", "some", " more"]) reader.push(Buffer.from(piece));
  t.same([bodies, reader.partialBytes], [[], 9]);
  reader.end();
  t.same([bodies, reader.partialBytes], [["some more"], 0]);
  reader.end();
  t.equal(bodies.length, 1);
  const other = new HttpReader({ ...sink, endless: () => true }, 20);
  other.push(Buffer.from("HTTP/1.1 200 OK\r\n\r\n0123456789"));
  t.throws(() => other.push(Buffer.from("0123456789x")), { problem: "limit", message: /21 bytes, limit 20/ });
});
