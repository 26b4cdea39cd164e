import t from "tap";
import { decode, encode } from "../../../lib/codec/index.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import { defineModule } from "../../../lib/schema/codegen-v1.ts";
import { ANY_VALUES } from "../../helpers/any-value.ts";

const Sample = defineModule({
  name: "options",
  structs: [{ kind: "struct", name: "Sample", fields: [{ id: 1, name: "text", type: "string" }] }],
}).struct<{ text: string }>("Sample");
const bytes = encode(Sample, { text: "x" });

t.test("decode refuses options that it does not know or that make no sense, and works with the rest", async (t) => {
  for (const option of ["maxStringBytes", "maxDepth", "utf8", "keepUnknown", "trailing"])
    for (const [name, make] of Object.entries(ANY_VALUES)) {
      try {
        t.same(decode(Sample, bytes, undefined, { [option]: make() }), { text: "x" }, `${option}: ${name}`);
      } catch (error) {
        t.match(error, { code: "CONFIGURATION", message: new RegExp(`^${option}: `) }, `${option}: ${name}`);
      }
    }
  for (const options of [{ maxBytes: 5 }, null, 5, "x", [1]])
    t.throws(() => decode(Sample, bytes, binary, options as object), { code: "CONFIGURATION" });
  t.throws(() => decode(Sample, bytes, undefined, { maxDepth: 1_001 }), { message: /from 1 to 1000, got 1001$/ });
});

t.test("what is no protocol is refused, and what is no bytes", async (t) => {
  for (const protocol of [null, 5, "binary", {}, { ...binary, encoding: null, createScanner: null }]) {
    t.throws(() => encode(Sample, { text: "x" }, protocol as Protocol), {
      code: "CONFIGURATION",
      message: /^protocol: /,
    });
    t.throws(() => decode(Sample, bytes, protocol as Protocol), { code: "CONFIGURATION", message: /^protocol: / });
  }
  for (const given of [null, undefined, 5, "x", {}, [1, 2]])
    t.throws(() => decode(Sample, given as never), { code: "CONFIGURATION", message: /^bytes: expected a Buffer/ });
});
