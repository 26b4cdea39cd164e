/** Ours with its defaults. The ordinary clients come by every protocol in turn, so that each row shows what one protocol's greed does to all. */
import { type ConnectOptions, connect, createClient, serve, tcp, udp } from "../../../../lib/index.ts";
import { GreedService, hold } from "../service.ts";
import type { GreedSystem, Ordinary, Ports } from "../system.ts";

async function serveGreed(): Promise<Ports> {
  const server = await serve(
    [tcp.listen(0, { host: "127.0.0.1" }), udp.listen(0)],
    (registry) =>
      registry.add(GreedService, { text: async (text) => text, bytes: async (bytes) => bytes, hold, numbers }),
    { onError: () => {} },
  );
  const [tcpPort, udpPort] = server.addresses.map((address) => Number(address.split(":").at(-1)));
  return { tcp: tcpPort!, udp: udpPort! };
}

async function* numbers(): AsyncGenerator<number> {
  for (let i = 0; ; i = (i + 1) | 0) yield i;
}

const byProtocol: readonly (ConnectOptions | "udp")[] = [
  { protocol: "rocket" },
  { protocol: "framed" },
  { protocol: "unframed" },
  { protocol: "header" },
  { protocol: "http" },
  { protocol: "framed", zlib: true },
  "udp",
];

function connectOrdinary(ports: Ports, i: number): Ordinary {
  const options = byProtocol[i % byProtocol.length]!;
  const channel =
    options === "udp" ? connect(udp("127.0.0.1", ports.udp!)) : connect(`127.0.0.1:${ports.tcp}`, options);
  const client = createClient(GreedService, channel);
  return async (timeoutMs) => {
    if ((await client.text("a few words", { timeoutMs })) !== "a few words") throw new Error("a wrong answer");
  };
}

export const scrimp: GreedSystem = { serve: serveGreed, connect: connectOrdinary };
