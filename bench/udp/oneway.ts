/** One-way datagrams: processes that send as fast as they can for a while, and processes that count what arrives. */
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import { serve } from "../../lib/server/server.ts";
import { udp } from "../../lib/transport/udp.ts";
import type { Answers } from "../answers.ts";
import { bound, callDatagram, connected } from "../peers/udp/raw-dgram.ts";
import { inTurn, smallMessages } from "../rpc/echo.ts";
import { usage } from "../rpc/worker.ts";
import { Datagrams } from "./service.ts";

export interface SenderRole {
  readonly sender: "raw" | "scrimp";
  readonly port: number;
}

export interface ReceiverRole {
  readonly receiver: "raw" | "scrimp";
}

/** Datagrams given to the kernel at once, before the sender lets the event loop turn. */
const BURST = 32;

/** Counts datagrams; "raw" looks at none of them, ours decodes each and calls a handler. */
export async function udpReceiverWorker({ receiver }: ReceiverRole): Promise<Answers> {
  let received = 0;
  if (receiver === "raw") {
    const socket = await bound();
    socket.setRecvBufferSize(4 << 20);
    socket.on("message", () => received++);
    return { port: () => socket.address().port, usage, received: () => received };
  }
  const handlers = { echo: never, once: never, report: () => void received++ };
  const limits = { datagrams: { maxSourceRate: 10_000_000, maxSourceBurst: 10_000_000 } };
  const server = await serve(udp.listen(0), (registry) => registry.add(Datagrams, handlers), limits);
  return { port: () => Number(server.address.split(":").at(-1)), usage, received: () => received };
}

function never(): never {
  throw new Error("only one-way calls are measured here");
}

/** Sends for some milliseconds and says how many datagrams the kernel took. */
export async function udpSenderWorker({ sender, port }: SenderRole): Promise<Answers> {
  const burst = sender === "raw" ? await rawBurst(port) : scrimpBurst(port);
  const send = async (ms: number): Promise<number> => {
    const end = performance.now() + ms;
    let sent = 0;
    for (; performance.now() < end; sent += BURST) await burst();
    return sent;
  };
  return { send, usage };
}

async function rawBurst(port: number): Promise<() => Promise<unknown>> {
  const socket = await connected(port);
  const message = onewayDatagram(callDatagram());
  return () =>
    new Promise<void>((resolve) => {
      for (let i = 1; i < BURST; i++) socket.send(message);
      socket.send(message, () => resolve());
    });
}

/** The same arguments under the name of the one-way method. */
function onewayDatagram(call: Buffer): Buffer {
  const name = Buffer.from("report");
  const nameAt = call.indexOf("echo");
  const head = Buffer.from([0x82, (4 << 5) | 1, 0, name.length]);
  return Buffer.concat([head, name, call.subarray(nameAt + 4)]);
}

function scrimpBurst(port: number): () => Promise<unknown> {
  const datagrams = createClient(Datagrams, connect(udp("127.0.0.1", port)));
  const next = inTurn(smallMessages(BigInt));
  return () => Promise.all(Array.from({ length: BURST }, () => datagrams.report(next())));
}
