/** What every framing of a byte stream must do, whichever it is. */
import fc from "fast-check";
import type { Test } from "tap";
import type { FrameSink, Framing } from "../../lib/framing/framing.ts";
import { type Limits, withDefaultLimits } from "../../lib/protocol/limits.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { MessageType } from "../../lib/protocol/types.ts";
import { ByteWriter } from "../../lib/wire/byte-writer.ts";

/** Keeps the messages it gets, copied; asks to stop after each when `stops`. */
export class Frames implements FrameSink {
  readonly got: Buffer[] = [];
  stops = false;

  onFrame(buf: Buffer, start: number, end: number): boolean {
    this.got.push(Buffer.from(buf.subarray(start, end)));
    return !this.stops;
  }
}

/** A message that echoes `text`: name, type, seqid, and a struct with one string. */
export function message(protocol: Protocol, text: string, seqid = 1): Buffer {
  const w = new ByteWriter();
  const { encoding } = protocol;
  protocol.writeMessageBegin(w, Buffer.from("echo"), MessageType.CALL, seqid);
  encoding.writeStructBegin(w);
  encoding.writeFieldBegin(w, 11, 1, 0);
  encoding.writeString(w, text);
  encoding.writeFieldEnd(w);
  encoding.writeStructEnd(w);
  protocol.writeMessageEnd(w);
  return Buffer.from(w.view(0));
}

function frame(framing: Framing, body: Buffer, w: ByteWriter): void {
  const start = framing.beginFrame(w);
  w.reserve(body.length);
  body.copy(w.buf, w.pos);
  w.pos += body.length;
  framing.endFrame(w, start);
}

function stream(framing: Framing, bodies: readonly Buffer[]): Buffer {
  const w = new ByteWriter();
  for (const body of bodies) frame(framing, body, w);
  return Buffer.from(w.view(0));
}

/** Runs the suite for one framing with one protocol in it: as `writing` writes it, and `reading` gives it to a new reader. */
export function framingContract(
  t: Test,
  writing: Framing,
  protocol: Protocol,
  reading: () => Framing = () => writing,
): void {
  const name = `${writing.name} ${protocol.name}`;
  const open = (limits: Partial<Limits> = {}) => {
    const sink = new Frames();
    return { sink, reader: reading().createReader(sink, protocol, withDefaultLimits(limits)) };
  };

  t.test(`${name}: gives the same messages however the stream is split`, async (t) => {
    const bodies = ["", "a", "héllo", "x".repeat(300)].map((text) => message(protocol, text));
    const bytes = stream(writing, bodies);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { sink, reader } = open();
      reader.push(Buffer.from(bytes.subarray(0, cut)));
      reader.push(Buffer.from(bytes.subarray(cut)));
      t.same(sink.got, bodies, `cut at ${cut}`);
      t.equal(reader.partialBytes, 0);
    }
    const { sink, reader } = open();
    for (const byte of bytes) reader.push(Buffer.of(byte));
    t.same(sink.got, bodies, "byte by byte");
  });

  t.test(`${name}: holds back what follows when the sink asks to stop, and loses nothing`, async (t) => {
    const bodies = Array.from({ length: 20 }, (_, i) => message(protocol, `m${i}`, i));
    const bytes = stream(writing, bodies);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        fc.array(fc.boolean(), { minLength: 1 }),
        async (sizes, resumes) => {
          const { sink, reader } = open();
          sink.stops = true;
          let pos = 0;
          for (let i = 0; pos < bytes.length; i++) {
            const size = sizes[i % sizes.length] as number;
            reader.push(Buffer.from(bytes.subarray(pos, pos + size)));
            pos += size;
            if (resumes[i % resumes.length]) reader.resume();
          }
          for (let i = 0; i < bodies.length; i++) reader.resume();
          t.same(sink.got, bodies);
        },
      ),
      { numRuns: 50 },
    );
  });

  t.test(`${name}: knows how much of a message is there`, async (t) => {
    const { reader } = open();
    const bytes = stream(writing, [message(protocol, "abc")]);
    reader.push(Buffer.from(bytes.subarray(0, bytes.length - 1)));
    t.equal(reader.partialBytes, bytes.length - 1);
  });

  t.test(`${name}: joins a message of many chunks without copying it again and again`, async (t) => {
    const body = message(protocol, "y".repeat(1 << 20));
    const bytes = stream(writing, [body]);
    const { sink, reader } = open();
    let copied = 0;
    const { copy } = Buffer.prototype;
    Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof copy>): number {
      const count = copy.apply(this, args);
      copied += count;
      return count;
    };
    t.teardown(() => {
      Buffer.prototype.copy = copy;
    });
    for (let pos = 0; pos < bytes.length; pos += 700) reader.push(Buffer.from(bytes.subarray(pos, pos + 700)));
    Buffer.prototype.copy = copy;
    t.equal(sink.got.length, 1);
    t.ok(sink.got[0]?.equals(body));
    // The sink of this test copies nothing by `copy`.
    t.ok(copied < bytes.length * 4, `${copied} bytes copied for ${bytes.length}`);
  });

  t.test(`${name}: refuses a message above the limit before it has arrived`, async (t) => {
    const { sink, reader } = open({ maxFrameBytes: 100 });
    const bytes = stream(writing, [message(protocol, "z".repeat(200))]);
    t.throws(() => reader.push(Buffer.from(bytes.subarray(0, 120))), { name: "DecodeError", problem: "limit" });
    // What has arrived may be shown, so that it can be answered; the whole message never is.
    t.ok(sink.got.every((got) => got.length <= 120));
  });

  t.test(`${name}: throws nothing but DecodeError on garbage, and takes little memory for it`, async (t) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        const { reader } = open();
        try {
          for (const chunk of chunks) reader.push(Buffer.from(chunk));
        } catch (error) {
          t.match(error, { name: "DecodeError" });
        }
      }),
    );
  });
}
