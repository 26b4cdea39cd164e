/** Content of the Guardian, each structure in binary and in compact: both decode, and to the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { decode, encode } from "../../lib/codec/index.ts";
import { binary, compact } from "../../lib/index.ts";
import { sharedPath } from "../helpers/shared.ts";
import { foreignTree, lost, treeOf } from "./field-tree.ts";
import { bothWays, realInputTest } from "./real-idl.ts";

const idl = {
  path: "guardian+content-api-models/models/src/main/thrift/content/v1.thrift",
  include: ["guardian+content-atom/thrift/src/main/thrift", "guardian+content-entity/thrift/src/main/thrift"],
  // The one file that is missing; no structure here holds an article of a story package.
  standIns: { "story_package_article.thrift": "struct Article {}\n" },
};

function structName(file: string): string {
  if (file.startsWith("atom-")) return "ItemResponse";
  return file.startsWith("product-summary") ? "ProductSummaryElementFields" : "Tag";
}

await realInputTest(t, "every Guardian structure reads equal from its binary and its compact form", async (t) => {
  const folder = sharedPath("data/wire/guardian")!;
  const names = readdirSync(join(folder, "TBinaryProtocol"));
  t.equal(names.length, 10, "ten structures");
  for (const { origin, struct } of await bothWays("guardian", idl)) {
    for (const name of names) {
      const type = struct(structName(name));
      const inBinary = readFileSync(join(folder, "TBinaryProtocol", name));
      // Some compact files are padded with zeros: one struct, and stop.
      const inCompact = readFileSync(join(folder, "TCompactProtocol", name));
      const value = decode(type, inBinary, binary);
      t.strictSame(decode(type, inCompact, compact, { trailing: true }), value, `${name} by ${origin}`);
      t.strictSame(lost(foreignTree(inBinary, "binary"), treeOf(value, type)), [], `${name}: no field is lost`);
      for (const protocol of [binary, compact]) {
        t.strictSame(decode(type, encode(type, value, protocol), protocol), value, `${name}: back by ${protocol.name}`);
      }
    }
  }
});
