/** A client that sends on while its call is being worked on fills kernels and pipes, not our memory. */
import { Buffer } from "node:buffer";
import t from "tap";
import type { FrameReader } from "../../../../lib/framing/framing.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { withDefaultLimits } from "../../../../lib/protocol/limits.ts";
import { HttpServerFraming } from "../../../../lib/session/http/server-framing.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";

/** A server's end, with the calls that came and whether it reads. */
class World {
  paused = false;
  inLine = false;
  calls = 0;
  readonly written: string[] = [];
  readonly #framing: HttpServerFraming;
  readonly reader: FrameReader;

  constructor() {
    const inLine = (): boolean => this.inLine;
    this.#framing = new HttpServerFraming({
      get inLine() {
        return inLine();
      },
      write: (bytes) => void this.written.push(bytes.toString("latin1")),
      end() {},
      pause: () => {
        this.paused = true;
      },
      resume: () => {
        this.paused = false;
        this.reader.resume();
      },
    });
    this.reader = this.#framing.createReader({ onFrame: () => ++this.calls > 0 }, binary, withDefaultLimits());
  }

  /** Answers the call that came last, and lets what follows from that happen; gives the answer's bytes. */
  async answer(): Promise<string> {
    const w = new ByteWriter();
    this.#framing.endFrame(w, this.#framing.beginFrame(w));
    await Promise.resolve();
    return w.view(0).toString("latin1");
  }

  acknowledge(): void {
    this.#framing.acknowledge();
  }
}

const MESSAGE = Buffer.from("80010001000000046563686f0000000700", "hex");
const REQUEST = Buffer.concat([
  Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${MESSAGE.length}\r\n\r\n`),
  MESSAGE,
]);

t.test("is not read on with more than 64 KiB behind a call, until they were used", async (t) => {
  const world = new World();
  world.reader.push(REQUEST);
  const piled = Math.floor(65_536 / REQUEST.length) + 1;
  for (let i = 0; i < piled; i++) {
    if (world.paused) t.fail(`paused after ${i}`);
    world.reader.push(REQUEST);
  }
  t.equal(world.paused, true);
  world.reader.push(REQUEST); // was on its way
  t.equal(world.calls, 1);
  await world.answer();
  t.equal(world.calls, 2);
  t.equal(world.paused, true, "as long as there is too much");
  while (world.calls < piled + 2) await world.answer();
  t.equal(world.paused, false);
});

t.test("hands on no second call before the first is answered, though its connection reads again", async (t) => {
  const world = new World();
  world.reader.push(Buffer.concat([REQUEST, REQUEST, REQUEST]));
  world.reader.resume();
  t.equal(world.calls, 1);
  const answered = world.answer();
  world.reader.resume();
  t.equal(world.calls, 2);
  await answered;
  t.equal(world.calls, 2, "what was to go on after the first answer has happened already");
});

t.test("gives no second answer to one request, whoever writes it", async (t) => {
  const world = new World();
  t.equal(await world.answer(), "", "nor one to no request");
  world.acknowledge();
  world.reader.push(Buffer.concat([REQUEST, REQUEST]));
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
  world.reader.push(Buffer.concat([last, REQUEST]));
  const answered = world.answer();
  world.reader.resume();
  t.match(await answered, /Connection: close/);
  t.equal(world.calls, 1);
});

t.test("hands on no further call out of its turn, and goes on when its reader is told to", async (t) => {
  const world = new World();
  world.reader.push(Buffer.concat([REQUEST, REQUEST]));
  world.inLine = true;
  await world.answer();
  t.equal(world.calls, 1);
  world.inLine = false;
  world.reader.resume();
  t.equal(world.calls, 2);
});
