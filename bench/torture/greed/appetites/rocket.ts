/** Greed of Rocket's own kinds. */
import type { Socket } from "node:net";
import type { Appetite, Greedy } from "../greedy.ts";
import {
  bomb,
  fragment,
  openRequest,
  ping,
  type RocketTalk,
  request,
  rocketTalk,
  streamRequest,
  UNLIMITED,
} from "../talks/rocket.ts";
import { HELD, NUMBERS, repeated, SMALL } from "../talks/talk.ts";

const speaking =
  (connections: number, go: (greedy: Greedy, socket: Socket, talk: RocketTalk) => void): Appetite =>
  (greedy) =>
    greedy.keep(connections, (socket) => {
      const talk = rocketTalk();
      socket.write(talk.hello);
      go(greedy, socket, talk);
    });

/** One stream, read as fast as it comes. */
export const endlessStream: Appetite = speaking(
  1,
  (_greedy, socket, { ids }) => void socket.write(ids.give(streamRequest(NUMBERS, UNLIMITED), 1)),
);

const STREAMS = 16_384;

/** As many streams as a connection may have, on four of them, each of which may send one item. */
export const restingStreams: Appetite = speaking(
  4,
  (_greedy, socket, { ids }) => void socket.write(ids.give(streamRequest(NUMBERS, 1), STREAMS)),
);

const CANCELLED = 40;

/** Calls with 60 kB of arguments, taken back once their handlers have begun. */
export const cancelStorm: Appetite = speaking(1, (greedy, socket, { ids, calls }) => {
  let begun = false;
  greedy.flood(socket, () => {
    const taken = begun ? ids.cancel(CANCELLED) : Buffer.alloc(0);
    begun = true;
    return Buffer.concat([taken, calls(HELD, CANCELLED)]);
  });
});

const HEADERS = 1_000;

/** Small calls, each with a thousand headers. */
export const headers: Appetite = speaking(1, (greedy, socket, { ids }) => {
  const many = Array.from({ length: HEADERS }, (_, i) => [`header-${i}`, "a value"] as const);
  const template = request(SMALL, { headers: many });
  greedy.flood(socket, () => ids.give(template, 10));
});

export const bombs: Appetite = speaking(1, (greedy, socket, { ids }) => {
  const template = bomb();
  greedy.flood(socket, () => ids.give(template, 4));
});

export const pings: Appetite = speaking(1, (greedy, socket) => {
  const many = repeated(ping, 64);
  greedy.flood(socket, () => many);
});

const PIECES = 1_000;

/** Messages in pieces of one byte. */
export const tinyFragments: Appetite = speaking(1, (greedy, socket, { ids }) => {
  greedy.flood(socket, () => {
    const open = ids.give(openRequest({ method: "bytes", args: Buffer.from([0x0b, 0, 1, 0, 0, 0x03, 0xe7]) }), 1);
    const pieces = Array.from({ length: PIECES }, (_, i) =>
      fragment(ids.last, Buffer.from([i === PIECES - 1 ? 0 : 7]), i === PIECES - 1),
    );
    return Buffer.concat([open, ...pieces]);
  });
});
