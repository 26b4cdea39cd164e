/** Ours over UDP and, beside it, over TCP, with the same service and every check on. */
import {
  type Channel,
  connect as connectChannel,
  createClient,
  serve as serveThrift,
  tcp,
  udp,
} from "../../../lib/index.ts";
import { type EchoClient, type EchoServer, inTurn, type RpcContender, sameMsg, smallMessages } from "../../rpc/echo.ts";
import { Datagrams } from "../../udp/service.ts";

async function serve(over: "udp" | "tcp"): Promise<EchoServer> {
  const listener = over === "udp" ? udp.listen(0) : tcp.listen(0, { host: "127.0.0.1" });
  const limits = { datagrams: { maxSourceRate: 10_000_000, maxSourceBurst: 10_000_000 } };
  const server = await serveThrift(
    listener,
    (registry) => registry.add(Datagrams, { echo: (message) => message, once: (message) => message, report: () => {} }),
    limits,
  );
  return { port: Number(server.address.split(":").at(-1)), close: () => void server.close() };
}

async function client(channel: Channel, method: "echo" | "once"): Promise<EchoClient> {
  const datagrams = createClient(Datagrams, channel);
  const next = inTurn(smallMessages(BigInt));
  await datagrams[method](next());
  return {
    issue: (done) => {
      const sent = next();
      datagrams[method](sent).then((got) => done(sameMsg(sent, got)), done);
    },
    close: () => void channel.close(),
  };
}

const overUdp = (port: number): Channel => connectChannel(udp("127.0.0.1", port), { datagrams: { maxUnanswered: 64 } });

export const scrimpUdp: RpcContender = {
  name: "scrimp over UDP",
  packages: [],
  serve: () => serve("udp"),
  connect: (port) => client(overUdp(port), "echo"),
};

export const scrimpUdpOnce: RpcContender = {
  name: "scrimp over UDP, at most once",
  packages: [],
  serve: () => serve("udp"),
  connect: (port) => client(overUdp(port), "once"),
};

export const scrimpTcp: RpcContender = {
  name: "scrimp over TCP",
  packages: [],
  serve: () => serve("tcp"),
  connect: (port) => client(connectChannel(`127.0.0.1:${port}`), "echo"),
};
