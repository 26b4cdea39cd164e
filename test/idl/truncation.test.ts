import { readFileSync } from "node:fs";
import t from "tap";
import { checkPlaces, load } from "../helpers/idl.ts";
import { SAMPLE } from "../helpers/idl-sample.ts";
import { sharedPath } from "../helpers/shared.ts";

t.setTimeout(300_000);

function cutEverywhere(bytes: Buffer): void {
  for (let end = 0; end <= bytes.length; end++)
    checkPlaces(load({ "main.thrift": bytes.subarray(0, end) }).diagnostics);
}

t.test("takes a file cut off after any of its bytes", async (t) => {
  cutEverywhere(Buffer.from(SAMPLE));
  t.pass();
});

for (const path of [
  "facebook+fbthrift/thrift/lib/cpp2/test/e2e/TestBiDiService.thrift",
  "apache+thrift/test/v0.16/ConstantsDemo.thrift",
]) {
  const file = sharedPath(`data/idl/${path}`);
  t.test(
    `takes ${path} cut off after any of its bytes`,
    { skip: file === undefined && "no shared data" },
    async (t) => {
      cutEverywhere(readFileSync(file as string));
      t.pass();
    },
  );
}
