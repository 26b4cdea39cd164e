/** Greed in datagrams. */
import { createSocket } from "node:dgram";
import type { Appetite } from "../greedy.ts";
import { message } from "../talks/classic.ts";
import { SMALL } from "../talks/talk.ts";

/** Datagrams given to the kernel before the event loop turns. */
const AT_A_TIME = 16;

/** Not that of the ordinary clients: whoever shares an address with a flood shares its rate. Systems other than Linux have only one. */
const ADDRESS = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

/** Small calls from one address, as fast as the kernel takes them. */
export const datagramFlood: Appetite = (greedy) => {
  const socket = createSocket("udp4");
  const call = message(SMALL);
  greedy.onEnd(() => socket.close());
  socket.on("message", (datagram) => (greedy.receivedBytes += datagram.length));
  const begin = (): void => {
    socket.on("error", () => {});
    greedy.repeat(() => {
      for (let i = 0; i < AT_A_TIME; i++) socket.send(call, () => (greedy.sentBytes += call.length));
    });
  };
  socket.bind(0, ADDRESS, () => socket.connect(greedy.ports.udp!, "127.0.0.1", begin));
};
