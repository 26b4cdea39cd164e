/** A client that sends on while its call is being worked on fills kernels and pipes, not our memory. */
import { Buffer } from "node:buffer";
import t from "tap";
import type { Connection } from "../../../../lib/connection/connection.ts";
import type { HttpContent, HttpContentHost } from "../../../../lib/session/http/content.ts";
import { HttpServerSession } from "../../../../lib/session/http/server-session.ts";
import type { ServerSessionOwner } from "../../../../lib/session/session.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";

/** A server's end, with the calls that came and whether it reads. */
class World implements HttpContent {
  paused = false;
  inLine = false;
  hasRoom = true;
  ended = false;
  calls = 0;
  size = 0;
  readonly written: string[] = [];
  readonly session: HttpServerSession;
  #host: HttpContentHost | undefined;

  constructor() {
    const { connection } = this;
    const dispatcher = { onSessionClose() {} } as Partial<ServerSessionOwner> as ServerSessionOwner;
    this.session = new HttpServerSession(connection, dispatcher, 16_384_000, (host) => {
      this.#host = host;
      return [this];
    });
  }

  get connection(): Connection {
    const world = this;
    return {
      get inLine() {
        return world.inLine;
      },
      get hasRoom() {
        return world.hasRoom;
      },
      start() {},
      charge() {},
      keepsTurn: () => true,
      write: (bytes: Buffer) => void world.written.push(bytes.toString("latin1")),
      end: () => {
        world.ended = true;
      },
      pause: () => {
        world.paused = true;
      },
      resume: () => {
        world.paused = false;
        world.session.resume();
      },
    } as unknown as Connection;
  }

  accepts(): boolean {
    return true;
  }

  onRequest(): void {
    this.calls++;
  }

  abandon(): void {}

  /** Answers the call that came last, and lets what follows from that happen; gives the answer's bytes. */
  async answer(): Promise<string> {
    const w = new ByteWriter();
    const replies = (this.#host as HttpContentHost).replies;
    replies.endFrame(w, replies.beginFrame(w));
    await Promise.resolve();
    return w.view(0).toString("latin1");
  }

  acknowledge(): void {
    this.#host?.replies.acknowledge();
  }

  onCallEnded(): void {
    this.#host?.onCallEnded();
  }
}

const MESSAGE = Buffer.from("80010001000000046563686f0000000700", "hex");
const REQUEST = Buffer.concat([
  Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${MESSAGE.length}\r\n\r\n`),
  MESSAGE,
]);

t.test("is not read on with more than 64 KiB behind a call, until they were used", async (t) => {
  const world = new World();
  world.session.push(REQUEST);
  const piled = Math.floor(65_536 / REQUEST.length) + 1;
  for (let i = 0; i < piled; i++) {
    if (world.paused) t.fail(`paused after ${i}`);
    world.session.push(REQUEST);
  }
  t.equal(world.paused, true);
  world.session.push(REQUEST); // was on its way
  t.equal(world.calls, 1);
  await world.answer();
  t.equal(world.calls, 2);
  t.equal(world.paused, true, "as long as there is too much");
  while (world.calls < piled + 2) await world.answer();
  t.equal(world.paused, false);
});

t.test("hands on no second call before the first is answered, though its connection reads again", async (t) => {
  const world = new World();
  world.session.push(Buffer.concat([REQUEST, REQUEST, REQUEST]));
  world.session.resume();
  t.equal(world.calls, 1);
  const answered = world.answer();
  world.session.resume();
  t.equal(world.calls, 2);
  await answered;
  t.equal(world.calls, 2, "what was to go on after the first answer has happened already");
});

t.test("gives no second answer to one request, whoever writes it", async (t) => {
  const world = new World();
  t.equal(await world.answer(), "", "nor one to no request");
  world.acknowledge();
  world.session.push(Buffer.concat([REQUEST, REQUEST]));
  t.match(await world.answer(), /^HTTP\/1\.1 200 OK/);
  t.equal(world.calls, 2);
  world.acknowledge();
  t.match(world.written, [/^HTTP\/1\.1 200 OK.*Content-Length: 0\r\n\r\n$/s]);
  world.acknowledge();
  t.equal(await world.answer(), "");
  t.equal(world.written.length, 1);
});

t.test("reads nothing after a request whose answer ends the connection", async (t) => {
  const world = new World();
  const last = Buffer.from(REQUEST.toString("latin1").replace("Host", "Connection: close\r\nHost"), "latin1");
  world.session.push(Buffer.concat([last, REQUEST]));
  const answered = world.answer();
  world.session.resume();
  t.match(await answered, /Connection: close/);
  t.equal(world.calls, 1);
});

t.test("hands on no further call out of its turn, and goes on when its reader is told to", async (t) => {
  const world = new World();
  world.session.push(Buffer.concat([REQUEST, REQUEST]));
  world.inLine = true;
  await world.answer();
  t.equal(world.calls, 1);
  world.inLine = false;
  world.session.resume();
  t.equal(world.calls, 2);
});

t.test("hands on no further call while its client does not read its answers", async (t) => {
  const world = new World();
  world.session.push(Buffer.concat([REQUEST, REQUEST]));
  world.hasRoom = false;
  await world.answer();
  t.equal(world.calls, 1);
  world.session.push(REQUEST);
  t.equal(world.paused, true);
  world.hasRoom = true;
  world.session.onDrain();
  t.equal(world.calls, 2);
  t.equal(world.paused, false);
});

t.test("a client that sends no more gets the answers to all that it has sent", async (t) => {
  const world = new World();
  world.session.push(Buffer.concat([REQUEST, REQUEST]));
  world.session.onEnd();
  await world.answer();
  t.same([world.calls, world.ended], [2, false]);
  await world.answer();
  t.equal(world.ended, true);
});

t.test("a session that is to finish says so in its last answer, and lets oneway calls end", async (t) => {
  const world = new World();
  world.session.push(Buffer.concat([REQUEST, REQUEST]));
  world.size = 1;
  world.session.finish();
  t.match(await world.answer(), /Connection: close/);
  t.same([world.calls, world.ended], [1, false]);
  world.size = 0;
  world.onCallEnded();
  t.equal(world.ended, true);
});

t.test("a session without work finishes at once", async (t) => {
  const world = new World();
  world.session.finish();
  t.equal(world.ended, true);
});
