import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../../lib/errors/errors.ts";
import { type HttpHead, HttpReader } from "../../../../lib/framing/http/reader.ts";

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

const HEAD = "POST / HTTP/1.1\r\nHost: x\r\n";
const LENGTH = "Content-Length: 5\r\n";
const CHUNKS = "Transfer-Encoding: chunked\r\n";

/** Each could be a message of another length, or another message, to another reader. */
const AMBIGUOUS: readonly string[] = [
  // Lengths.
  ...["6", "5", "05"].map((other) => `${HEAD}${LENGTH}Content-Length: ${other}\r\n\r\nhello`),
  ...["+5", "-5", "0x5", "5, 5", "5,5", "5 5", "5;", "5.0", "5e0", "", "\x0b5", "5\xa0", "\xa05", '"5"'].map(
    (length) => `${HEAD}Content-Length: ${length}\r\n\r\nhello`,
  ),
  // Codings.
  `${HEAD}${LENGTH}${CHUNKS}\r\n`,
  `${HEAD}${CHUNKS}${LENGTH}\r\n`,
  `${HEAD}${CHUNKS}${CHUNKS}\r\n`,
  `${HEAD}Transfer-Encoding: x\r\n${CHUNKS}\r\n`,
  `${HEAD}${CHUNKS}Transfer-Encoding: identity\r\n\r\n`,
  `POST / HTTP/1.0\r\n${CHUNKS}\r\n`,
  `HTTP/1.0 200 OK\r\n${CHUNKS}\r\n`,
  ...[
    "gzip, chunked",
    "chunked, gzip",
    "chunked,",
    ",chunked",
    "\x0bchunked",
    "chunked\xa0",
    '"chunked"',
    "",
    "xchunked",
    "identity",
  ].map((coding) => `${HEAD}Transfer-Encoding: ${coding}\r\n\r\n`),
  // Hosts.
  `${HEAD}Host: x\r\n${LENGTH}\r\nhello`,
  // Lines.
  ...["\n", "\r", "\r\r\n", "\n\r", "\0", "\x0b", "\x0c", "\x7f"].flatMap((odd) => [
    `${HEAD}X: a${odd}b\r\n${LENGTH}\r\nhello`,
    `${HEAD}X: a${odd}Content-Length: 6\r\n${LENGTH}\r\nhello`,
    `${HEAD}X: ${odd}\r\n${LENGTH}\r\nhello`,
  ]),
  `${HEAD}${LENGTH}\r\n`.replaceAll("\r\n", "\n"),
  `${HEAD}${LENGTH}\n`,
  `${HEAD}X: a\r\n b\r\n${LENGTH}\r\nhello`,
  `${HEAD}X: a\r\n\tb\r\n${LENGTH}\r\nhello`,
  `${HEAD}Content-Length:\r\n 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n Host: x\r\n${LENGTH}\r\nhello`,
  ...[
    "Content-Length : 5",
    "Content-Length\t: 5",
    ": a",
    " : a",
    "no colon",
    "X(): a",
    "é: a",
    "X\0: a",
    "X Y: a",
    "",
  ].map((line) => (line === "" ? `\r\n\r\n${HEAD}${LENGTH}\r\nhello` : `${HEAD}${line}\r\n${LENGTH}\r\nhello`)),
  // Chunks.
  ...["-5", "+5", "0x5", " 5", "5 ", "", "g", ";a", "5,", "5;a\nxx", "5;a\rxx", "5\n", "5;a\0", "5 5"].map(
    (size) => `${HEAD}${CHUNKS}\r\n${size}\r\nhello\r\n0\r\n\r\n`,
  ),
  `${HEAD}${CHUNKS}\r\n5\nhello\n0\n\n`,
  ...["XX", "\n\n", "\r\r", "\n0", "h\r"].map((end) => `${HEAD}${CHUNKS}\r\n5\r\nhello${end}0\r\n\r\n`),
  ...["T", "T : x", " T: x", ": x", "T: \0", "T: x\n"].map((line) => `${HEAD}${CHUNKS}\r\n0\r\n${line}\r\n\r\n`),
];

t.test("refuses what two readers could take for different messages, however it is split", async (t) => {
  for (const text of AMBIGUOUS) {
    const bytes = Buffer.from(text, "latin1");
    t.throws(() => read([bytes]), { name: "DecodeError", problem: "invalid" }, JSON.stringify(text));
    t.throws(
      () => read([...bytes].map((byte) => Buffer.of(byte))),
      { name: "DecodeError", problem: "invalid" },
      JSON.stringify(text),
    );
  }
});

t.test("takes what is unusual and clear", async (t) => {
  const body = (text: string): string | undefined => read([Buffer.from(text, "latin1")]).seen[0]?.body;
  t.equal(body(`\r\n${HEAD}${LENGTH}\r\nhello`), "hello", "an empty line before a request");
  t.equal(body(`${HEAD}Content-Length: \t0000000005 \t\r\n\r\nhello`), "hello");
  t.equal(body(`${HEAD}Transfer-Encoding: ChUnKeD\r\n\r\n005;a="b"\r\nhello\r\n0;x\r\nT: y\r\nT: z\r\n\r\n`), "hello");
  t.equal(body(`${HEAD}${CHUNKS}\r\n5 \t;a\r\nhello\r\n0\r\n\r\n`), "hello");
  t.equal(body(`${HEAD}X:\r\nX: \x80\xff\r\n!#$%&'*+.^_\`|~-09az: a\tb\r\n${LENGTH}\r\nhello`), "hello");
});

t.test("says that a length is too large, however large", async (t) => {
  for (const text of [
    `${HEAD}Content-Length: 999999999999999\r\n\r\n`,
    `${HEAD}Content-Length: ${"9".repeat(400)}\r\n\r\n`,
    `${HEAD}${CHUNKS}\r\nffffffffffffffff\r\n`,
    `${HEAD}${CHUNKS}\r\n${"f".repeat(250)}\r\n`,
  ])
    t.throws(() => read([Buffer.from(text)]), { name: "DecodeError", problem: "limit" }, text);
});

t.test("a head may have 16,384 bytes, no more, however it is split", async (t) => {
  const head = (bytes: number): Buffer => {
    const rest = `${HEAD}X: \r\n${LENGTH}\r\n`.length;
    return Buffer.from(`${HEAD}X: ${"y".repeat(bytes - rest)}\r\n${LENGTH}\r\nhello`);
  };
  for (const split of [(bytes: Buffer) => [bytes], (bytes: Buffer) => [...bytes].map((byte) => Buffer.of(byte))]) {
    t.equal(read(split(head(16_384))).seen.length, 1);
    t.throws(() => read(split(head(16_385))), { name: "DecodeError", problem: "limit", message: /16384/ });
  }
});

t.test("a head may have 1,024 header lines, and so may a trailer: each takes memory, however short", async (t) => {
  const lines = (count: number): string => "a:\r\n".repeat(count);
  const own = 2;
  const head = (count: number): Buffer => Buffer.from(`${HEAD}${LENGTH}${lines(count - own)}\r\nhello`);
  const trailer = (count: number): Buffer => Buffer.from(`${HEAD}${CHUNKS}\r\n0\r\n${lines(count)}\r\n`);
  for (const message of [head, trailer]) {
    t.equal(read([message(1_024), message(1_024)]).seen.length, 2);
    t.throws(() => read([message(1_025)]), { name: "DecodeError", problem: "limit", message: /1024 lines/ });
  }
});

t.test("values are UTF-8 where they are that, else latin1, and equal names are joined", async (t) => {
  const { heads } = read([
    Buffer.from(`${HEAD}A: é ☃\r\nB: `),
    Buffer.from("\xe9\r\n", "latin1"),
    Buffer.from(`a: 2\r\n${LENGTH}\r\nhello`),
  ]);
  t.equal(heads[0]?.headers.get("a"), "é ☃, 2");
  t.equal(heads[0]?.headers.get("b"), "é");
});

t.test("passes over heads that are none of the answer, up to a bound", async (t) => {
  const bodies: string[] = [];
  const sink = {
    interim: ({ line }: HttpHead) => line.includes(" 1"),
    onHead() {},
    onBody: (_head: HttpHead, body: Buffer) => void bodies.push(body.toString()),
  };
  const interim = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n${LENGTH}${CHUNKS}Link: x\r\n\r\n`;
  const all = Buffer.from(`${interim.repeat(1000)}HTTP/1.1 200 OK\r\n${LENGTH}\r\nhello`);
  const whole = new HttpReader(sink, 100);
  whole.push(all);
  for (let round = 0; round < 5; round++) {
    whole.go();
    whole.push(all);
  }
  t.equal(bodies.length, 6, "each answer is counted by itself");
  const bytes = new HttpReader(sink, 100);
  for (const byte of all.subarray(-2000)) bytes.push(Buffer.of(byte));
  t.equal(bodies.length, 7);
  const endless = new HttpReader(sink, 100);
  t.throws(() => {
    for (let i = 0; i < 20_000; i++) endless.push(Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"));
  }, { problem: "limit", message: /interim/ }); // biome-ignore format: one line says it
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
