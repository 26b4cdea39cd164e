/** Greed of single classic protocols: headers, bombs, chunks. */
import type { Appetite } from "../greedy.ts";
import {
  bombOfHeader,
  bombOfZlib,
  chunkedPost,
  InfoKind,
  infoBlock,
  message,
  post,
  theader,
} from "../talks/classic.ts";
import { repeated, SMALL } from "../talks/talk.ts";

/** The same bytes without end on one connection. */
const flooding =
  (make: () => Buffer, hello = Buffer.alloc(0)): Appetite =>
  (greedy) => {
    const bytes = make();
    greedy.keep(1, (socket) => {
      socket.write(hello);
      greedy.flood(socket, () => bytes);
    });
  };

const HEADERS = 1_000;

/** Small calls in THeader, each with a thousand headers. */
export const theaderHeaders: Appetite = flooding(() =>
  repeated(
    theader(
      message(SMALL),
      infoBlock(InfoKind.ofOneCall, HEADERS, (i) => `header-${i}`),
    ),
    10,
  ),
);

/** Frames that each add a thousand headers for all later ones. */
const NEW_HEADERS = 200_000;

export const persistentHeaders: Appetite = (greedy) =>
  greedy.keep(1, (socket) => {
    let made = 0;
    const small = repeated(theader(message(SMALL)), 20);
    greedy.flood(socket, () => {
      if (made >= NEW_HEADERS) return small;
      const block = infoBlock(InfoKind.persistent, HEADERS, () => (made++).toString(36));
      return theader(message(SMALL), block);
    });
  });

const HTTP_HEADERS = 1_200;

/** Small requests with heads of nearly 16 KiB. */
export const httpHeaders: Appetite = flooding(() =>
  repeated(post(message(SMALL), Array.from({ length: HTTP_HEADERS }, (_, i) => `x-${i}: 1234\r\n`).join("")), 4),
);

export const httpChunks: Appetite = flooding(() =>
  chunkedPost(
    message({
      method: "bytes",
      args: Buffer.concat([Buffer.from([0x0b, 0, 1, 0, 0, 0x27, 0x10]), Buffer.alloc(10_001)]),
    }),
  ),
);

export const theaderBombs: Appetite = flooding(bombOfHeader);
export const zlibBombs: Appetite = flooding(bombOfZlib, Buffer.from([0x78, 0x9c]));
