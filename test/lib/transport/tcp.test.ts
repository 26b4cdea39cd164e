import t from "tap";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { parseAddress } from "../../../lib/transport/address.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { transportContract } from "../../contract/transport.ts";

function dialerOf(address: string): ReturnType<typeof tcp> {
  const { host, port } = parseAddress(address) as { host: string; port: number };
  return tcp(host, port);
}

transportContract(t, "tcp", () => ({ listener: tcp.listen(0, { host: "127.0.0.1" }), dialer: dialerOf }));
transportContract(t, "tcp on every address", () => ({
  listener: tcp.listen(0),
  dialer: (address) => tcp("127.0.0.1", Number(address.split(":").at(-1))),
}));

t.test("names an IPv4 client plainly on a listener for both families", async (t) => {
  const listener = tcp.listen(0);
  const peer = new Promise<string>((resolve) => {
    void listener
      .listen(
        nodePlatform,
        (transport) => {
          resolve(transport.peer);
          transport.destroy();
        },
        t.error,
      )
      .then((address) =>
        tcp("127.0.0.1", Number(address.split(":").at(-1)))
          .dial(nodePlatform, new AbortController().signal)
          .then((transport) => transport.destroy()),
      );
  });
  t.match(await peer, /^127\.0\.0\.1:\d+$/);
  await listener.close();
});

t.test("says which port is taken", async (t) => {
  const first = tcp.listen(0, { host: "127.0.0.1" });
  const address = await first.listen(nodePlatform, (transport) => transport.destroy(), t.error);
  const second = tcp.listen(Number(address.split(":")[1]), { host: "127.0.0.1" });
  await t.rejects(
    second.listen(nodePlatform, (transport) => transport.destroy(), t.error),
    { code: "EADDRINUSE" },
  );
  await first.close();
  await second.close();
});
