import { join } from "node:path";
import t from "tap";
import { $module as agent } from "../../../examples/jaeger-agent/gen/agent.ts";
import { linkIdl, loadIdl } from "../../../idl/load/load-idl.ts";
import { schemaHash } from "../../../lib/schema/hash.ts";
import { linkProgram, programOf } from "../../../lib/schema/link.ts";
import { root } from "../../helpers/shared.ts";
import { $module as interop } from "../../interop/gen/interop.ts";

t.test("generated code and the IDL loaded at run time hold the same schema", async (t) => {
  for (const [path, module] of [
    ["examples/jaeger-agent/agent.thrift", agent],
    ["test/interop/idl/interop.thrift", interop],
  ] as const) {
    const { schema } = await loadIdl(join(root, path));
    t.equal(schemaHash(programOf(module)), schemaHash(schema), path);
  }
});

t.test("a schema survives JSON, and its hash the order of keys and doc comments", async (t) => {
  const { schema } = await loadIdl(join(root, "examples/jaeger-agent/agent.thrift"));
  const copy = JSON.parse(JSON.stringify(schema)) as typeof schema;
  t.equal(schemaHash(copy), schemaHash(schema));
  const turned = JSON.parse(JSON.stringify(schema), (_key, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries({ ...value, doc: "another" }).reverse())
      : value,
  ) as typeof schema;
  t.equal(schemaHash(turned), schemaHash(schema));
  t.same([...linkIdl(copy).service("Agent").methods.keys()], ["emitBatch"]);
  t.equal(linkProgram(copy).get(copy.main)?.struct("Span").fields.length, 11);
});

t.test("another meaning has another hash", async (t) => {
  const { schema } = await loadIdl(join(root, "examples/jaeger-agent/agent.thrift"));
  const text = JSON.stringify(schema);
  for (const [was, is] of [
    ['"need":"required"', '"need":"optional"'],
    ['"name":"key"', '"name":"kei"'],
    ['"id":2', '"id":20'],
  ] as const) {
    t.not(schemaHash(JSON.parse(text.replace(was, is)) as typeof schema), schemaHash(schema), `${was} to ${is}`);
  }
});
