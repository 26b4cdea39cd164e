/** The ceiling: `dgram` sockets that send the bytes of a call back, and a client that counts what returns. No message is looked at. */
import { createSocket, type Socket } from "node:dgram";
import type { Done, EchoClient, EchoServer, RpcContender } from "../../rpc/echo.ts";
import { callFrames } from "../../rpc/frames.ts";

/** One call as it stands in a datagram: framed compact without the length. */
export function callDatagram(): Buffer {
  return (callFrames("small", 1)[0] as Buffer).subarray(4);
}

export async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket;
}

export async function connected(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
  return socket;
}

async function serve(): Promise<EchoServer> {
  const socket = await bound();
  socket.on("message", (bytes, from) => socket.send(bytes, from.port, from.address));
  return { port: socket.address().port, close: () => socket.close() };
}

async function connect(port: number): Promise<EchoClient> {
  const socket = await connected(port);
  const bytes = callDatagram();
  const waiting: Done[] = [];
  socket.on("message", () => waiting.shift()?.());
  return {
    issue: (done) => {
      waiting.push(done);
      socket.send(bytes);
    },
    close: () => socket.close(),
  };
}

export const rawDgram: RpcContender = { name: "raw dgram echo", packages: [], serve, connect };
