/** Which heads begin a call, and which status says why one does not. */
import t from "tap";
import type { HttpHead } from "../../../../lib/framing/http/reader.ts";
import { checkRequest, wantsContinue } from "../../../../lib/framing/http/request-head.ts";

const head = (line: string, headers: Readonly<Record<string, string>> = {}): HttpHead => ({
  line,
  headers: new Map(Object.entries(headers)),
});
const post = (headers: Readonly<Record<string, string>>): HttpHead =>
  head("POST / HTTP/1.1", { host: "x", "content-length": "5", ...headers });

t.test("takes a POST for a path or a whole URL", async (t) => {
  for (const target of ["/", "/a/b?c=d", "http://h/", "HTTPS://h:1/x", "http://[::1]/", "//x", "/%00"])
    t.doesNotThrow(() => checkRequest(head(`POST ${target} HTTP/1.1`, { host: "x" })), target);
  for (const host of ["", "x", "x:80", "[::1]:9090", "a_b.example", "%41"])
    t.doesNotThrow(() => checkRequest(post({ host })), host);
  t.doesNotThrow(() => checkRequest(head("POST / HTTP/1.0")), "which had no Host");
});

t.test("takes what is said of the connection and what may be ignored", async (t) => {
  for (const headers of [
    { upgrade: "h2c", connection: "Upgrade, HTTP2-Settings" },
    { expect: "100-Continue" },
    { "content-type": "application/x-thrift; charset=x" },
    { "content-type": "application/vnd.apache.thrift.binary" },
    { "content-encoding": "Identity" },
    { te: "trailers" },
  ])
    t.doesNotThrow(() => checkRequest(post(headers as unknown as Record<string, string>)), JSON.stringify(headers));
});

const LINES: readonly [string, string][] = [
  ["POST  / HTTP/1.1", "400"],
  ["POST /  HTTP/1.1", "400"],
  ["POST\t/ HTTP/1.1", "400"],
  [" POST / HTTP/1.1", "400"],
  ["POST / HTTP/1.1 ", "400"],
  ["POST / a HTTP/1.1", "400"],
  ["POST /", "400"],
  ["POST / http/1.1", "400"],
  ["POST / HTTP/1.10", "400"],
  ["POST / HTTP/1", "400"],
  ["POST /\x00 HTTP/1.1", "400"],
  ["POST /\r HTTP/1.1", "400"],
  ["POST /é HTTP/1.1", "400"],
  ["PO(ST / HTTP/1.1", "400"],
  ["", "400"],
  ["POST * HTTP/1.1", "400"],
  ["POST x HTTP/1.1", "400"],
  ["POST x:80 HTTP/1.1", "400"],
  ["POST ftp://h/ HTTP/1.1", "400"],
  ["POST http:///x HTTP/1.1", "400"],
  ["POST / HTTP/2.0", "505"],
  ["POST / HTTP/0.9", "505"],
  ["GET / HTTP/1.1", "405"],
  ["OPTIONS * HTTP/1.1", "405"],
  ["CONNECT a:1 HTTP/1.1", "405"],
  ["post / HTTP/1.1", "405"],
];
for (const [line, status] of LINES)
  t.test(`${JSON.stringify(line)} is answered with ${status}`, async (t) => {
    t.throws(() => checkRequest(head(line, { host: "x" })), {
      name: "ConnectionError",
      status: new RegExp(`^${status} `),
    });
  });

const HEADERS: readonly [Readonly<Record<string, string>>, string][] = [
  [{ host: "a b" }, "400"],
  [{ host: "a/b" }, "400"],
  [{ host: "a@b" }, "400"],
  [{ host: "é" }, "400"],
  [{ expect: "200-ok" }, "417"],
  [{ expect: "" }, "417"],
  [{ expect: "100-continue, 100-continue" }, "417"],
  [{ "content-encoding": "gzip" }, "415"],
];
for (const [headers, status] of HEADERS)
  t.test(`${JSON.stringify(headers)} is answered with ${status}`, async (t) => {
    t.throws(() => checkRequest(post(headers)), { name: "ConnectionError", status: new RegExp(`^${status} `) });
  });

t.test("HTTP/1.1 without a host is answered with 400", async (t) => {
  t.throws(() => checkRequest(head("POST / HTTP/1.1")), { name: "ConnectionError", status: "400 Bad Request" });
});

t.test("tells a client that waits to send its body, unless that would be refused", async (t) => {
  const waits = (headers: Readonly<Record<string, string>>): boolean =>
    wantsContinue(post({ expect: "100-continue", ...headers }), 10);
  t.equal(waits({}), true);
  t.equal(waits({ "content-length": "11" }), false);
  t.equal(waits({ "transfer-encoding": "chunked" }), true);
  t.equal(wantsContinue(post({}), 10), false);
  t.equal(wantsContinue(head("POST / HTTP/1.0", { expect: "100-continue" }), 10), false, "which knew no such thing");
});
