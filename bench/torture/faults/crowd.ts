/** Many clients at once that mean no good. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seededRandom } from "../../fixtures/random.ts";
import type { Fault } from "../fault.ts";
import type { Lab, ServerProcess } from "../lab.ts";
import { type Verdict, worst } from "../verdict.ts";
import { answersAgain, healthy } from "./shared.ts";

const SILENT = 10_000;
const GARBAGE = 1_000;
/** Connections opened at a time: fewer than a listener's backlog. */
const AT_A_TIME = 250;

const silentCrowd: Fault = {
  name: "10,000 connections that say nothing",
  alone: true,
  run: (lab) => crowd(lab, SILENT, () => {}),
};

const garbageCrowd: Fault = {
  name: "1,000 connections that send garbage",
  alone: true,
  run: (lab) => {
    const random = seededRandom(1);
    return crowd(lab, GARBAGE, (socket, i) => kinds[i % kinds.length]!(socket, random));
  },
};

/** A client from before and one that comes later must both be answered while the crowd is there. */
async function crowd(lab: Lab, count: number, say: (socket: Socket, i: number) => void): Promise<Verdict> {
  const server = await lab.server();
  const client = await lab.client({ port: server.port });
  await client.warmUp();
  const sockets: Socket[] = [];
  lab.onClose(() => sockets.forEach((socket) => socket.destroy()));
  for (let i = 0; i < count; i += AT_A_TIME) {
    await Promise.all(
      Array.from({ length: AT_A_TIME }, (_, k) => join(server, sockets, (socket) => say(socket, i + k))),
    );
  }
  await sleep(500);
  const old = await answersAgain(client);
  return worst(["old client", old], ["new client", await healthy(lab, server)]);
}

/** Resolves when it is connected, or is not to be. */
async function join(server: ServerProcess, sockets: Socket[], say: (socket: Socket) => void): Promise<void> {
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  socket.on("error", () => socket.destroy());
  sockets.push(socket);
  await Promise.race([once(socket, "connect").then(() => say(socket)), once(socket, "close")]).catch(() => {});
}

type Kind = (socket: Socket, random: Random) => void;

const bytes = (length: number, random: Random): Buffer =>
  Buffer.from(Array.from({ length }, () => random.between(0, 255)));

/** Noise, other protocols, beginnings without an end, and rude ends. */
const kinds: readonly Kind[] = [
  (socket, random) => socket.write(bytes(random.between(1, 2_000), random)),
  (socket) => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
  (socket) => socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
  (socket, random) => socket.write(Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0, 1]), bytes(512, random)])),
  (socket, random) => socket.write(Buffer.concat([Buffer.from([0, 0, 0, 64, 0x82, 0x21]), bytes(64, random)])),
  (socket, random) => socket.write(Buffer.concat([Buffer.from([0x80, 1, 0, 1]), bytes(200, random)])),
  (socket) => socket.write(Buffer.from([0, 0, 1])),
  (socket, random) => {
    socket.write(bytes(100, random), () => socket.resetAndDestroy());
  },
  (socket, random) => void socket.end(bytes(10, random)),
];

export const crowdFaults: readonly Fault[] = [silentCrowd, garbageCrowd];
