/** All greed, in the order of the table, and by which ways it comes. What a protocol has nothing like is left out. */
import * as classic from "./appetites/classic.ts";
import * as common from "./appetites/common.ts";
import * as grpc from "./appetites/grpc.ts";
import * as http2 from "./appetites/http2.ts";
import * as rocket from "./appetites/rocket.ts";
import { datagramFlood } from "./appetites/udp.ts";
import type { Appetite } from "./greedy.ts";
import { classicTalks } from "./talks/classic.ts";
import { rocketTalk } from "./talks/rocket.ts";
import type { Talk } from "./talks/talk.ts";
import type { Way } from "./ways.ts";

export interface Greed {
  readonly name: string;
  readonly by: Readonly<Partial<Record<Way, Appetite>>>;
}

const talks = { Rocket: rocketTalk, ...classicTalks } as const;

/** The same greed by every protocol over a connection. */
function everywhere(appetite: (open: () => Talk) => Appetite): Partial<Record<Way, Appetite>> {
  return Object.fromEntries(Object.entries(talks).map(([way, open]) => [way, appetite(open)]));
}

export const greeds: readonly Greed[] = [
  {
    name: "the widest pipeline of small calls",
    by: { ...everywhere(common.pipeline), UDP: datagramFlood, "@grpc/grpc-js": grpc.pipeline },
  },
  { name: "the largest messages", by: { ...everywhere(common.largest), "@grpc/grpc-js": grpc.largest } },
  { name: "answers that are never read", by: { ...everywhere(common.unread), "@grpc/grpc-js": grpc.unread } },
  { name: "calls, and gone", by: { ...everywhere(common.leave), "@grpc/grpc-js": grpc.leave } },
  { name: "one byte at a time", by: { ...everywhere(common.dribble), "@grpc/grpc-js": http2.dribble } },
  { name: "messages that do not end", by: { ...everywhere(common.unfinished), "@grpc/grpc-js": grpc.unfinished } },
  {
    name: "fragments of one byte",
    by: { Rocket: rocket.tinyFragments, HTTP: classic.httpChunks, "@grpc/grpc-js": http2.tinyFragments },
  },
  {
    name: "headers to the limit",
    by: {
      Rocket: rocket.headers,
      THeader: classic.theaderHeaders,
      HTTP: classic.httpHeaders,
      "@grpc/grpc-js": grpc.headers,
    },
  },
  { name: "persistent headers without end", by: { THeader: classic.persistentHeaders } },
  {
    name: "decompression bombs",
    by: {
      Rocket: rocket.bombs,
      THeader: classic.theaderBombs,
      zlib: classic.zlibBombs,
      "@grpc/grpc-js": grpc.bombs,
    },
  },
  {
    name: "a stream with unlimited credit, read fast",
    by: { Rocket: rocket.endlessStream, "@grpc/grpc-js": grpc.endlessStream },
  },
  {
    name: "65,536 streams that rest",
    by: { Rocket: rocket.restingStreams, "@grpc/grpc-js": http2.restingStreams },
  },
  { name: "calls taken back at once", by: { Rocket: rocket.cancelStorm, "@grpc/grpc-js": grpc.cancelStorm } },
  { name: "pings without end", by: { Rocket: rocket.pings, "@grpc/grpc-js": grpc.pings } },
];
