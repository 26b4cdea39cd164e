import { pack } from "msgpackr";
import t from "tap";
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import { decode, encode } from "../../lib/codec/index.ts";
import { unpackValue } from "../../lib/packed/reader.ts";
import { binary } from "../../lib/protocol/binary.ts";
import { compact } from "../../lib/protocol/compact.ts";
import { json } from "../../lib/protocol/json.ts";
import { defineModule } from "../../lib/schema/codegen-v1.ts";
import { serve } from "../../lib/server/server.ts";
import { memory } from "../../lib/transport/memory.ts";
import { Seen, streamHandlers } from "../helpers/rocket-world.ts";
import { Streams } from "../helpers/streams.ts";

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"] as const;
const clean = (): boolean =>
  NAMES.every((name) => !Object.hasOwn(Object.prototype, `polluted ${name}`)) && !("polluted" in {});

const Odd = defineModule({
  name: "odd",
  structs: [
    {
      kind: "struct",
      name: "Odd",
      fields: [
        ...NAMES.map((name, i) => ({ id: i + 1, name, type: { map: ["string", "string"] } as const })),
        { id: 20, name: "headers", type: { map: ["string", "string"] } },
      ],
    },
  ],
}).struct("Odd");

t.test("fields and keys by the names of Object.prototype are values like others, in every protocol", async (t) => {
  const entries = new Map(NAMES.map((name) => [name, "polluted"]));
  const value: Record<string, unknown> = Object.create(null);
  for (const name of [...NAMES, "headers"]) value[name] = entries;
  for (const protocol of [compact, binary, json]) {
    const got = decode(Odd, encode(Odd, value, protocol), protocol) as Record<string, unknown>;
    for (const name of [...NAMES, "headers"]) t.same(Object.getOwnPropertyDescriptor(got, name)?.value, entries, name);
    t.equal(Object.getPrototypeOf(got), Object.prototype);
    t.ok(clean());
  }
});

for (const protocol of ["header", "rocket", "http"] as const) {
  t.test(`${protocol}: headers by those names reach the handler and come back, and nothing else changes`, async (t) => {
    const link = memory();
    const server = await serve(link.listener, (r) => r.add(Streams, streamHandlers(new Seen())));
    const channel = connect(link.dialer, { protocol });
    const headers = Object.fromEntries(NAMES.map((name) => [name, "polluted"]));
    Object.defineProperty(headers, "__proto__", { value: "polluted", enumerable: true });
    let replied: ReadonlyMap<string, string> = new Map();
    const client = createClient(Streams, channel);
    t.equal(await client.echo("x", { headers, onHeaders: (got) => (replied = got) }), "x");
    for (const name of NAMES) {
      // HTTP's names know no case.
      const value = replied.get(name) ?? replied.get(name.toLowerCase());
      t.equal(value, "POLLUTED", name);
    }
    t.ok(clean());
    await channel.close();
    await server.close();
  });
}

t.test(
  "procedures without an IDL send no key that a reader would rename, and none that arrives changes a prototype",
  async (t) => {
    const link = memory();
    const server = await serve(link.listener, (r) => r.procedure("take", (value: unknown) => value));
    const channel = connect(link.dialer);
    const hostile = JSON.parse('{"__proto__": {"polluted": true}}');
    await t.rejects(channel.invoke("take", [hostile]), { code: "INVALID_ARGUMENT", delivery: "unsent" });
    const odd = { constructor: { prototype: { polluted: true } } };
    t.same(await channel.invoke("take", [odd]), odd);
    const arrived = unpackValue(pack({ ...odd, ["__proto__"]: { polluted: true } }));
    t.notOk("polluted" in (arrived as object), "not by inheritance");
    t.ok(clean());
    await channel.close();
    await server.close();
  },
);
