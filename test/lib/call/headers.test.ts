/** The one rule for header text. */
import t from "tap";
import { judgedHeaders, judgeHeader, judgeHeadersSize, MAX_HEADERS_BYTES } from "../../../lib/call/headers.ts";

const refusal = { code: "INVALID_ARGUMENT", delivery: "unsent" };

t.test("takes what every protocol carries unchanged", async (t) => {
  for (const value of ["", "b", "é ☃ 😀", "a\tb", "y".repeat(32_768)]) judgeHeader("x-name", value);
  t.same(judgedHeaders({ a: "1", b: "2" }), new Map(Object.entries({ a: "1", b: "2" })));
  t.equal(judgedHeaders({}), undefined);
  t.equal(judgedHeaders(undefined), undefined);
});

t.test("refuses what one of them would change, cut or choke on", async (t) => {
  for (const value of [undefined, null, 1, {}, "a\nb", "a\0", " a", "a\t", "\u007f", "\ud800", "y".repeat(32_769)])
    t.throws(() => judgeHeader("x-name", value), refusal, String(value).slice(0, 10));
  for (const name of ["", "a b", "a:b", "é", "n".repeat(1_025), 1, undefined])
    t.throws(() => judgeHeader(name, "x"), refusal, String(name).slice(0, 10));
  for (const given of [1, "text", true, Symbol("x")]) t.throws(() => judgedHeaders(given), refusal);
});

t.test("bounds all headers of a call together", async (t) => {
  judgeHeadersSize(2, MAX_HEADERS_BYTES);
  t.throws(() => judgeHeadersSize(2, MAX_HEADERS_BYTES + 1), refusal);
  t.throws(() => judgeHeadersSize(1_001, 1), refusal);
  t.throws(() => judgedHeaders({ a: "y".repeat(30_000), b: "y".repeat(30_000), c: "y".repeat(30_000) }), refusal);
});

t.test("lets a throwing getter throw, once", async (t) => {
  const headers = Object.defineProperty({}, "a", {
    enumerable: true,
    get() {
      throw new Error("mine");
    },
  });
  t.throws(() => judgedHeaders(headers), /mine/);
});
