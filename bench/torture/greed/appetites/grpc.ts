/** The same greed over HTTP/2, as far as it knows it, by Node's own client of it; tiny frames are written by hand. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
  type Settings,
} from "node:http2";
import { connect as connectSocket } from "node:net";
import { gzipSync } from "node:zlib";
import type { Appetite, Greedy } from "../greedy.ts";

const AGAIN_MS = 20;
/** The widest window that HTTP/2 knows. */
const WIDEST = 0x7fff_ffff;

/** Keeps so many sessions open, each of which behaves like this from its beginning. */
function keep(
  greedy: Greedy,
  sessions: number,
  settings: Settings,
  behave: (session: ClientHttp2Session) => void,
): void {
  for (let i = 0; i < sessions; i++) open(greedy, settings, behave);
}

function open(greedy: Greedy, settings: Settings, behave: (session: ClientHttp2Session) => void): void {
  if (greedy.ended) return;
  const socket = connectSocket({ port: greedy.ports.tcp, host: "127.0.0.1", noDelay: true });
  const session = connect("http://greed", { settings, createConnection: () => socket });
  greedy.onEnd(() => session.destroy());
  greedy.counts(socket);
  session.on("error", () => {});
  session.on("connect", () => {
    if (session.destroyed) return;
    if (settings.initialWindowSize === WIDEST) session.setLocalWindowSize(WIDEST);
    behave(session);
  });
  session.on("close", () => {
    setTimeout(() => open(greedy, settings, behave), AGAIN_MS);
  });
}

/** A call, of which the message is written by whoever gets it. */
function request(session: ClientHttp2Session, method: string, more: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": `/bench.Echo/${method}`,
    "content-type": "application/grpc",
    te: "trailers",
    ...more,
  });
  return stream.on("error", () => {});
}

/** A message of one field that is bytes: TextLine and Blob alike. */
function message(value: Buffer, compressed = false): Buffer {
  const varint = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...varint(n >>> 7)]);
  const plain = Buffer.concat([Buffer.from([0x0a, ...varint(value.length)]), value]);
  const body = compressed ? gzipSync(plain, { level: 9 }) : plain;
  const head = Buffer.alloc(5, compressed ? 1 : 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

const SMALL = message(Buffer.from("a few words"));
const EMPTY = Buffer.alloc(5);
const wide: Settings = { initialWindowSize: WIDEST };

/** Keeps so many calls in flight; each that ends is followed by another. */
function inFlight(session: ClientHttp2Session, count: number, call: () => ClientHttp2Stream): void {
  const next = (): void => {
    if (session.destroyed || session.closed) return;
    call()
      .resume()
      .on("close", () => setImmediate(next));
  };
  for (let i = 0; i < count; i++) next();
}

export const pipeline: Appetite = (greedy) =>
  keep(greedy, 1, wide, (session) => inFlight(session, 1_000, () => request(session, "Text").end(SMALL)));

/** Just below what grpc-js takes: 4 MiB. */
export const largest: Appetite = (greedy) => {
  const large = message(Buffer.alloc(4_000_000, 7));
  keep(greedy, 1, wide, (session) => inFlight(session, 4, () => request(session, "Bytes").end(large)));
};

export const unread: Appetite = (greedy) => {
  const middling = message(Buffer.alloc(1 << 20, 7));
  keep(greedy, 40, {}, (session) => {
    for (let i = 0; i < 100; i++) request(session, "Bytes").end(middling).pause();
  });
};

export const endlessStream: Appetite = (greedy) =>
  keep(greedy, 1, wide, (session) => inFlight(session, 1, () => request(session, "Numbers").end(EMPTY)));

const CANCELLED = 40;

/** Rapid reset (CVE-2023-44487), each call with 60 kB of arguments and taken back once its handler has begun. */
export const cancelStorm: Appetite = (greedy) => {
  const held = message(Buffer.alloc(60_000, 7));
  keep(greedy, 1, wide, (session) => {
    let before: ClientHttp2Stream[] = [];
    const act = (): void => {
      if (session.destroyed || session.closed) return;
      for (const stream of before) stream.close(constants.NGHTTP2_CANCEL);
      before = Array.from({ length: CANCELLED }, () => request(session, "Hold").end(held));
      setTimeout(act, 5);
    };
    act();
  });
};

/** Calls, and is gone before they are answered: again and again. */
export const leave: Appetite = (greedy) => {
  const held = message(Buffer.alloc(60_000, 7));
  keep(greedy, 10, {}, (session) => {
    for (let i = 0; i < 20; i++) request(session, "Hold").end(held);
    setTimeout(() => session.destroy(), 10);
  });
};

const HEADERS = 100;

export const headers: Appetite = (greedy) => {
  const many = Object.fromEntries(Array.from({ length: HEADERS }, (_, i) => [`header-${i}`, "a value".repeat(10)]));
  keep(greedy, 1, wide, (session) => inFlight(session, 100, () => request(session, "Text", many).end(SMALL)));
};

export const bombs: Appetite = (greedy) => {
  const bomb = message(Buffer.alloc(4_000_000), true);
  keep(greedy, 1, wide, (session) =>
    inFlight(session, 16, () => request(session, "Bytes", { "grpc-encoding": "gzip" }).end(bomb)),
  );
};

export const pings: Appetite = (greedy) =>
  keep(greedy, 1, wide, (session) => {
    const next = (): void => {
      if (session.destroyed || session.closed) return;
      if (!session.ping(Buffer.alloc(8), next)) setImmediate(next);
    };
    for (let i = 0; i < 10; i++) next();
  });

export const unfinished: Appetite = (greedy) =>
  keep(greedy, 40, wide, (session) => {
    for (let i = 0; i < 1_000; i++)
      request(session, "Bytes").write(message(Buffer.alloc(61_000, 7)).subarray(0, 60_000));
  });
