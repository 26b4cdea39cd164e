/** Greed that any protocol over a connection lends itself to. Knows what a talk can say, not how. */
import type { Socket } from "node:net";
import type { Appetite, Greedy } from "../greedy.ts";
import { HELD, largeAsk, MIDDLING, SMALL, type Talk } from "../talks/talk.ts";

type Open = () => Talk;

/** Connections of a greedy client where one would be too few to make a difference. */
export const MANY = 40;
const PIPELINED = 500;

function begin(socket: Socket, open: Open): Talk {
  const talk = open();
  if (talk.hello.length > 0) socket.write(talk.hello);
  return talk;
}

const speaking =
  (connections: number, open: Open, go: (greedy: Greedy, socket: Socket, talk: Talk) => void): Appetite =>
  (greedy) =>
    greedy.keep(connections, (socket) => go(greedy, socket, begin(socket, open)));

/** As many small calls in flight as go, on one connection. */
export const pipeline = (open: Open): Appetite =>
  speaking(1, open, (greedy, socket, talk) => greedy.flood(socket, () => talk.calls(SMALL, PIPELINED)));

/** Messages as large as they may be, one after the other, echoed. */
export const largest = (open: Open): Appetite =>
  speaking(1, open, (greedy, socket, talk) => greedy.flood(socket, () => talk.calls(largeAsk(), 1)));

/** Asks for a megabyte again and again, and takes none. */
export const unread = (open: Open): Appetite =>
  speaking(MANY, open, (greedy, socket, talk) => {
    socket.pause();
    greedy.flood(socket, () => talk.calls(MIDDLING, 1));
  });

/** A call, byte by byte, each by itself on the network, on several connections. */
export const dribble = (open: Open): Appetite =>
  speaking(10, open, (greedy, socket, talk) => {
    let bytes: Buffer = Buffer.alloc(0);
    let at = 0;
    greedy.flood(socket, () => {
      if (at === bytes.length) [bytes, at] = [talk.calls(SMALL, 1), 0];
      return bytes.subarray(at, ++at);
    });
  });

const GIVEN_UP = 20;
const BEFORE_LEAVING_MS = 10;

/** Calls, and is gone before they are answered: again and again. */
export const leave = (open: Open): Appetite =>
  speaking(10, open, (_greedy, socket, talk) => {
    socket.write(talk.calls(HELD, GIVEN_UP), () => setTimeout(() => socket.resetAndDestroy(), BEFORE_LEAVING_MS));
  });

/** Messages that never end, on many connections. */
export const unfinished = (open: Open): Appetite =>
  speaking(MANY, open, (_greedy, socket, talk) => void socket.write(talk.unfinished()));
