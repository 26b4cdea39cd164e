/** Footers of real Parquet files by many writers: compact FileMetaData, decoded and encoded again. */
import { readFileSync } from "node:fs";
import t from "tap";
import { decode, encode } from "../../lib/codec/index.ts";
import { compact } from "../../lib/index.ts";
import { sharedPath } from "../helpers/shared.ts";
import { type FieldTree, foreignTree, treeOf } from "./field-tree.ts";
import { bothWays, realInputTest } from "./real-idl.ts";

interface Footer {
  readonly file: string;
  readonly bytes: number;
  readonly hex: string;
  /** What an independent reader saw. */
  readonly hyparquet: FieldTree;
}

const idl = { path: "apache+parquet-format/src/main/thrift/parquet.thrift" };

function footers(): Footer[] {
  const lines = readFileSync(sharedPath("data/wire/parquet/footers.jsonl")!, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Footer);
}

/** An old Impala wrote a list as field 15 of a column's metadata, which the IDL has since given to an i32. */
const OTHER_FIELD_15 = "data/dict-page-offset-zero.parquet";

/** What the IDL knows of `tree`: a field of another type than declared is as good as unknown. */
function known({ file, hyparquet }: Footer): FieldTree {
  if (file !== OTHER_FIELD_15) return hyparquet;
  return JSON.parse(JSON.stringify(hyparquet), (key, value) =>
    key === "field_15" && Array.isArray(value) ? undefined : value,
  ) as FieldTree;
}

await realInputTest(t, "every Parquet footer decodes to what the independent reader saw", async (t) => {
  const all = footers();
  t.ok(all.length > 100, `${all.length} footers`);
  for (const definitions of await bothWays("parquet", idl)) {
    const FileMetaData = definitions.struct("FileMetaData");
    for (const footer of all) {
      const value = decode(FileMetaData, Buffer.from(footer.hex, "hex"), compact);
      t.strictSame(treeOf(value, FileMetaData), known(footer), `${footer.file} by ${definitions.origin}`);
    }
  }
});

await realInputTest(t, "every Parquet footer encodes to a message that reads back equal", async (t) => {
  for (const definitions of await bothWays("parquet", idl)) {
    const FileMetaData = definitions.struct("FileMetaData");
    for (const { file, hex, hyparquet } of footers()) {
      const options = { keepUnknown: true };
      const value = decode(FileMetaData, Buffer.from(hex, "hex"), compact, options);
      const again = encode(FileMetaData, value, compact);
      t.strictSame(decode(FileMetaData, again, compact, options), value, `${file} by ${definitions.origin}`);
      t.strictSame(foreignTree(again, "compact"), hyparquet, `${file}: npm thrift reads all of it from what we wrote`);
    }
  }
});

await realInputTest(t, "the footer of a whole Parquet file is found and decoded", async (t) => {
  const file = readFileSync(sharedPath("data/wire/parquet/alltypes_plain.parquet")!);
  const length = file.readUInt32LE(file.length - 8);
  const footer = file.subarray(file.length - 8 - length, file.length - 8);
  for (const definitions of await bothWays("parquet", idl)) {
    const FileMetaData = definitions.struct("FileMetaData");
    const metadata = decode(FileMetaData, footer, compact) as { num_rows: bigint; schema: { name: string }[] };
    t.equal(metadata.num_rows, 8n);
    t.match(
      metadata.schema.map(({ name }) => name),
      ["schema", "id", "bool_col"],
      definitions.origin,
    );
  }
});
