import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import {
  MAX_HEADER_NAME_BYTES,
  MAX_HEADER_VALUE_BYTES,
  MAX_HEADERS,
  MAX_HEADERS_BYTES,
} from "../../lib/call/headers.ts";
import { MAX_FRAME_HEADERS } from "../../lib/framing/header/header-bytes.ts";
import {
  MAX_PERSISTENT_BYTES,
  MAX_PERSISTENT_CHANGES,
  MAX_PERSISTENT_HEADERS,
} from "../../lib/framing/header/persistent-headers.ts";
import { MAX_HEAD_BYTES, MAX_HEAD_LINES, MAX_INTERIM_BYTES } from "../../lib/framing/http/reader.ts";
import { withDefaultLimits } from "../../lib/protocol/limits.ts";
import { withDefaultServeLimits } from "../../lib/server/limits.ts";
import { root } from "../helpers/shared.ts";

/** The defaults that docs/limits.md states, by option; those that are words are left out. */
function stated(): Map<string, number> {
  const rows = readFileSync(join(root, "docs/limits.md"), "utf8").matchAll(/^\| `(\w+)` \| ([\d,.]+) \|/gm);
  return new Map([...rows].map(([, option = "", value = ""]) => [option, Number(value.replaceAll(",", ""))]));
}

t.test("docs/limits.md states the defaults that are in force", async (t) => {
  const inForce: Readonly<Record<string, number>> = { ...withDefaultLimits(), ...withDefaultServeLimits({}) };
  const rows = stated();
  for (const [option, value] of Object.entries(inForce)) {
    if (option === "maxStringBytes" || value === Number.POSITIVE_INFINITY) continue;
    t.equal(rows.get(option), value, option);
  }
});

t.test("docs/limits.md states how headers are bounded", async (t) => {
  const text = readFileSync(join(root, "docs/limits.md"), "utf8");
  const rows = [...text.matchAll(/^\| ([^|`]+) \| ([\d,]+) \|$/gm)];
  t.same(
    rows.map(([, what, limit = ""]) => [what, Number(limit.replaceAll(",", ""))]),
    [
      ["bytes of one name", MAX_HEADER_NAME_BYTES],
      ["bytes of one value, in UTF-8", MAX_HEADER_VALUE_BYTES],
      ["headers", MAX_HEADERS],
      ["bytes of all names and values, and 8 for each header", MAX_HEADERS_BYTES],
      ["over HTTP: bytes of the whole head", MAX_HEAD_BYTES],
      ["THeader, TTHeader: headers of one frame", MAX_FRAME_HEADERS],
      ["THeader: persistent headers of one connection", MAX_PERSISTENT_HEADERS],
      ["THeader: bytes of their names and values", MAX_PERSISTENT_BYTES],
      ["THeader: frames that change them", MAX_PERSISTENT_CHANGES],
      ["HTTP: bytes of a head, and of a body's trailers", MAX_HEAD_BYTES],
      ["HTTP: header lines of a head, and of a body's trailers", MAX_HEAD_LINES],
      ["HTTP: bytes of all interim answers before one answer", MAX_INTERIM_BYTES],
    ],
  );
});

t.test("a string may be as long as a frame unless a limit says otherwise", async (t) => {
  t.equal(withDefaultLimits({ maxFrameBytes: 1000 }).maxStringBytes, 1000);
});
