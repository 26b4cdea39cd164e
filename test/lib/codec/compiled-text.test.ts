import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { functionText } from "../../../lib/codec/compiler.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { Module } from "../../../lib/schema/link.ts";
import { root } from "../../helpers/shared.ts";

const GOLDEN = join(root, "test/lib/codec/compiled-text.txt");

const module = new Module({
  name: "small",
  structs: [
    {
      kind: "struct",
      name: "Work",
      fields: [
        { id: 1, name: "dividend", type: "i32", need: "required" },
        { id: 2, name: "divisor", type: "i32", default: 1 },
        { id: 3, name: "note", type: "string", need: "optional" },
        { id: 4, name: "parts", type: { list: { struct: "Work" } } },
      ],
    },
  ],
});

// To accept a change: UPDATE_GOLDEN=1 and read the difference.
t.test("the text for a small struct is what was reviewed", (t) => {
  const type = module.struct("Work");
  const texts = [binary, compact].flatMap((protocol) =>
    (["write", "read"] as const).map((direction) => {
      const text = functionText({ kind: "struct", type, fields: type.fields }, protocol, direction);
      return `// ${protocol.name}, ${direction}\n${text}\n`;
    }),
  );
  const text = texts.join("\n");
  if (process.env["UPDATE_GOLDEN"] !== undefined) writeFileSync(GOLDEN, text);
  t.equal(text, readFileSync(GOLDEN, "utf8"));
  t.end();
});
