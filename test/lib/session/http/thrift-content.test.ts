import t from "tap";
import { withDefaultLimits } from "../../../../lib/protocol/limits.ts";
import type { HttpContentHost } from "../../../../lib/session/http/content.ts";
import { ThriftContent } from "../../../../lib/session/http/thrift-content.ts";

const { connection, dispatcher } = {
  connection: { peer: "10.0.0.1:1" },
  dispatcher: { load: { hosts: { join: () => ({}) } } },
};
const content = new ThriftContent({ connection, dispatcher } as unknown as HttpContentHost, {
  limits: withDefaultLimits(),
});

for (const type of [
  undefined,
  "application/x-thrift",
  "Application/X-Thrift; charset=utf-8",
  "application/vnd.apache.thrift.binary",
  "application/vnd.apache.thrift",
  "application/octet-stream",
  "application/json",
])
  t.test(`reads ${type ?? "a body without a type"}`, async (t) => t.ok(content.accepts(type)));

for (const type of [
  "",
  "text/html",
  "application/x-thrifty",
  "application/grpc",
  "application/jsonl",
  "x application/json",
])
  t.test(`leaves ${JSON.stringify(type)} to others`, async (t) => t.notOk(content.accepts(type)));
