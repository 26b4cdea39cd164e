/** A family that the runtime does not know is added to a port, and spoken by a client, beside all the others. */
import { once } from "node:events";
import { connect as dial } from "node:net";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { lineClient, lineServer } from "../../helpers/line-family.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../helpers/virtual-service.ts";

async function serving() {
  const handlers = calculator(new VirtualPlatform(), new Witness());
  return await serve(tcp.listen(0), (r) => r.add(Calculator, handlers), { families: [lineServer] });
}

t.test("it is spoken on the port of all others", async (t) => {
  const server = await serving();
  for (const protocol of [lineClient, "rocket", "framed", "http", lineClient] as const) {
    const channel = connect(server.address, { protocol });
    const calc = createClient(Calculator, channel);
    t.same(await Promise.all([calc.echo("a"), calc.echo("b")]), ["a", "b"]);
    await channel.close();
  }
  t.equal(server.load.inFlight, 0);
  await server.close();
});

t.test("its lines are read as they come", async (t) => {
  const server = await serving();
  const port = server.address.slice(server.address.lastIndexOf(":") + 1);
  const socket = dial(Number(port));
  for (const piece of ["ec", "ho hel", "lo\nnothing\necho ", "you\n"]) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  while (said.split("\n").length < 4) await once(socket, "data");
  t.same(said.trimEnd().split("\n").sort(), ["! no method nothing", "hello", "you"]);
  socket.end();
  await once(socket, "close");
  await server.drain();
});

t.test("what is no family is refused", async (t) => {
  const none = { name: "none" };
  await t.rejects(
    serve(tcp.listen(0), () => {}, { families: [none] }),
    { code: "CONFIGURATION" },
  );
  t.throws(() => connect("127.0.0.1:1", { protocol: none }), { code: "CONFIGURATION" });
});
