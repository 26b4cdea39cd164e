/** Greed at grpc-js in frames of HTTP/2 written by hand. */
import type { Appetite } from "../greedy.ts";
import { data, grpcHead, HTTP2_WINDOW_BYTES, preface } from "../talks/http2.ts";

const EMPTY_MESSAGE = Buffer.alloc(5);
const CONNECTIONS = 5;
/** All of whose requests fit into the first window of a connection. */
const STREAMS = HTTP2_WINDOW_BYTES / EMPTY_MESSAGE.length;

/** As many streams as over Rocket, which may send nothing. */
export const restingStreams: Appetite = (greedy) => {
  const begin = [preface(0)];
  for (let id = 1; id < 2 * STREAMS; id += 2) begin.push(grpcHead(id, "Numbers"), data(id, EMPTY_MESSAGE, true));
  const bytes = Buffer.concat(begin);
  greedy.keep(CONNECTIONS, (socket) => void socket.write(bytes));
};

const PIECES = 60_000;

/** Frames of one byte each, until the first window is used up; then another connection. */
export const tinyFragments: Appetite = (greedy) => {
  const head = Buffer.from([0, 0, 0, 0xff, 0xff]);
  const pieces = Array.from({ length: PIECES }, (_, i) => data(1, Buffer.from([head[i] ?? 7]), false));
  const bytes = Buffer.concat([preface(), grpcHead(1, "Bytes"), ...pieces]);
  greedy.keep(1, (socket) => void socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 50)));
};

/** A connection's beginning and the head of a call, byte by byte, each by itself on the network. */
export const dribble: Appetite = (greedy) => {
  const bytes = Buffer.concat([preface(), grpcHead(1, "Text")]);
  greedy.keep(10, (socket) => {
    let at = 0;
    greedy.flood(socket, () => {
      if (at === bytes.length) socket.destroySoon();
      return bytes.subarray(at, ++at);
    });
  });
};
