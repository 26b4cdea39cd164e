import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../../lib/errors/errors.ts";
import { writeCancel } from "../../../../lib/framing/rocket/cancel.ts";
import { openError, writeErrorText } from "../../../../lib/framing/rocket/error.ts";
import { openExt } from "../../../../lib/framing/rocket/ext.ts";
import { closeFrame, closeMetadata, Frame, openMetadata, writeBytes } from "../../../../lib/framing/rocket/frame.ts";
import { Flag, FrameType } from "../../../../lib/framing/rocket/frame-type.ts";
import { writeKeepalive } from "../../../../lib/framing/rocket/keepalive.ts";
import { openMetadataPush } from "../../../../lib/framing/rocket/metadata-push.ts";
import { openPayload, writeComplete } from "../../../../lib/framing/rocket/payload.ts";
import { readFrame } from "../../../../lib/framing/rocket/read-frame.ts";
import { openRequestChannel } from "../../../../lib/framing/rocket/request-channel.ts";
import { openRequestFnf } from "../../../../lib/framing/rocket/request-fnf.ts";
import { writeRequestN } from "../../../../lib/framing/rocket/request-n.ts";
import { openRequestResponse } from "../../../../lib/framing/rocket/request-response.ts";
import { openRequestStream } from "../../../../lib/framing/rocket/request-stream.ts";
import { readSetup, writeSetup } from "../../../../lib/framing/rocket/setup.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { foreignRead, foreignWrite } from "../../../helpers/rsocket-core.ts";

type Write = (w: ByteWriter) => void;

function written(write: Write): Buffer {
  const w = new ByteWriter(4);
  write(w);
  return Buffer.from(w.view(0));
}

/** Adds metadata and data to an open frame and closes it. */
function filled(open: (w: ByteWriter, flags: number) => number, metadata: Buffer, data: Buffer, flags = 0): Buffer {
  return written((w) => {
    const start = open(w, flags | (metadata.length > 0 ? Flag.METADATA : 0));
    if (metadata.length > 0) {
      const hole = openMetadata(w);
      writeBytes(w, metadata);
      closeMetadata(w, hole);
    }
    writeBytes(w, data);
    closeFrame(w, start);
  });
}

function read(bytes: Buffer): Frame {
  const frame = new Frame();
  readFrame(frame, bytes, 3, bytes.length);
  if (frame.type === FrameType.SETUP) readSetup(frame);
  return frame;
}

const metadataOf = (frame: Frame): Buffer => frame.buf.subarray(frame.metadataStart, frame.metadataEnd);
const dataOf = (frame: Frame): Buffer => frame.buf.subarray(frame.metadataEnd, frame.end);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

const METADATA = hex("15041804 6563686f 150000");
const SETUP_METADATA = hex("f09f9a80 35101514 00");

const golden: readonly (readonly [claim: string, bytes: Buffer, expected: string])[] = [
  [
    "SETUP",
    written((w) => writeSetup(w, SETUP_METADATA)),
    `000061 00000000 0500 0001 0000 7fffffff 7fffffff 25 ${Buffer.from("application/x-rocket-metadata+compact").toString("hex")} 1c ${Buffer.from("application/x-rocket-payload").toString("hex")} 000009 f09f9a80 35101514 00`,
  ],
  [
    "SetupResponse",
    filled((w) => openMetadataPush(w), Buffer.alloc(0), hex("1c1514110000")),
    "00000c 00000000 3100 1c1514110000",
  ],
  [
    "REQUEST_RESPONSE",
    filled((w, flags) => openRequestResponse(w, 1, flags), METADATA, hex("180568656c6c6f00")),
    "00001c 00000001 1100 00000b 150418046563686f150000 180568656c6c6f00",
  ],
  [
    "a reply",
    filled(
      (w, flags) => openPayload(w, 1, flags),
      hex("7c1c000000"),
      hex("08000568656c6c6f00"),
      Flag.NEXT | Flag.COMPLETE,
    ),
    "000017 00000001 2960 000005 7c1c000000 08000568656c6c6f00",
  ],
  [
    "REQUEST_STREAM",
    filled((w, flags) => openRequestStream(w, 3, flags, 101), METADATA, hex("15c80100")),
    "00001c 00000003 1900 00000065 00000b 150418046563686f150000 15c80100",
  ],
  [
    "an element",
    filled((w, flags) => openPayload(w, 3, flags), hex("3c1c000000"), hex("05000e00"), Flag.NEXT),
    "000012 00000003 2920 000005 3c1c000000 05000e00",
  ],
  ["the end of a stream", written((w) => writeComplete(w, 3)), "000006 00000003 2840"],
  ["CANCEL", written((w) => writeCancel(w, 3)), "000006 00000003 2400"],
  ["REQUEST_N", written((w) => writeRequestN(w, 3, 50)), "00000a 00000003 2000 00000032"],
  ["KEEPALIVE", written((w) => writeKeepalive(w, true, Buffer.alloc(0))), "00000e 00000000 0c80 0000000000000000"],
  [
    "an overload ERROR",
    filled((w) => openError(w, 1, 0x202), Buffer.alloc(0), hex("1808 4f5645524c4f4144 1804 62757379 1504 1502 00")),
    "00001f 00000001 2c00 00000202 18084f5645524c4f41441804627573791504150200",
  ],
];

for (const [claim, bytes, expected] of golden) {
  t.test(`writes ${claim} as the golden bytes`, async (t) =>
    t.equal(bytes.toString("hex"), expected.replaceAll(" ", "")),
  );
}

t.test("reads the golden frames back", async (t) => {
  const request = read(golden[2]?.[1] as Buffer);
  t.match({ ...request }, { streamId: 1, type: FrameType.REQUEST_RESPONSE });
  t.same(metadataOf(request), METADATA);
  t.equal(dataOf(request).toString("hex"), "180568656c6c6f00");
  t.match({ ...read(golden[4]?.[1] as Buffer) }, { credit: 101 });
  t.match({ ...read(golden[10]?.[1] as Buffer) }, { code: 0x202 });
  const push = read(golden[1]?.[1] as Buffer);
  t.equal(metadataOf(push).toString("hex"), "1c1514110000");
});

t.test("reads SETUP whole", async (t) => {
  const bytes = golden[0]?.[1] as Buffer;
  const frame = new Frame();
  readFrame(frame, bytes, 3, bytes.length);
  t.same(readSetup(frame), {
    majorVersion: 1,
    minorVersion: 0,
    keepaliveMs: 0x7fffffff,
    lifetimeMs: 0x7fffffff,
    metadataMimeType: "application/x-rocket-metadata+compact",
    dataMimeType: "application/x-rocket-payload",
    resume: false,
  });
  t.same(metadataOf(frame), SETUP_METADATA);
});

t.test("reads past a resume token", async (t) => {
  const bytes = hex("00001f 00000000 0480 0001 0000 00000001 00000002 0003 aabbcc 01 61 02 6263 00");
  const frame = new Frame();
  readFrame(frame, bytes, 3, bytes.length);
  t.match(readSetup(frame), { resume: true, keepaliveMs: 1, lifetimeMs: 2, metadataMimeType: "a", dataMimeType: "bc" });
});

/** For each type the length up to which a cut loses part of the fixed layout. */
const shortest: readonly (readonly [Buffer, number])[] = golden.map(([claim, bytes]) => {
  if (claim === "SETUP" || claim === "REQUEST_N") return [bytes, bytes.length] as const;
  const frame = read(bytes);
  return [bytes, frame.type === FrameType.METADATA_PUSH ? frame.bodyStart : frame.metadataEnd] as const;
});

t.test("refuses every prefix that lacks a part of the layout, and takes the others", async (t) => {
  for (const [bytes, fixed] of shortest) {
    for (let end = 3; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      if (end < fixed) t.throws(() => read(cut), DecodeError, `${bytes.toString("hex")} cut to ${end}`);
      else t.doesNotThrow(() => read(cut));
    }
  }
});

t.test("refuses low flags, streams 0 and credits that no frame may have", async (t) => {
  for (const bytes of [
    "000006 00000003 2401",
    "000006 00000003 2410",
    "000006 00000000 2400",
    "00000a 00000003 2000 00000000",
    "00000a 00000003 2000 80000000",
    "000006 80000003 2400",
  ]) {
    t.throws(() => read(hex(bytes)), DecodeError, bytes);
  }
});

t.test("refuses types that are not spoken", async (t) => {
  for (const type of [0x00, 0x02, 0x0e, 0x0f, 0x20]) {
    const bytes = hex("000006 00000001 0000");
    bytes[7] = type << 2;
    t.throws(() => read(bytes), /frame of type/);
  }
});

t.test("refuses a keepalive that wants more echoed than 1 KiB, or one on a stream", async (t) => {
  t.throws(() => read(written((w) => writeKeepalive(w, true, Buffer.alloc(1025)))), { code: "LIMIT_EXCEEDED" });
  t.throws(() => read(hex("00000e 00000001 0c80 0000000000000000")), DecodeError);
});

const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value));
const streamId = fc.integer({ min: 1, max: 0x7fffffff });
const credit = fc.integer({ min: 1, max: 0x7fffffff });

/** How each type with metadata is opened, and the flags that it may have beside M. */
const openers: readonly (readonly [
  number,
  (w: ByteWriter, id: number, flags: number, n: number) => number,
  readonly number[],
])[] = [
  [FrameType.REQUEST_RESPONSE, openRequestResponse, [0, Flag.FOLLOWS]],
  [FrameType.REQUEST_FNF, openRequestFnf, [0, Flag.FOLLOWS]],
  [FrameType.REQUEST_STREAM, openRequestStream, [0, Flag.FOLLOWS]],
  [FrameType.REQUEST_CHANNEL, openRequestChannel, [0, Flag.FOLLOWS, Flag.COMPLETE]],
  [FrameType.PAYLOAD, openPayload, [Flag.NEXT, Flag.COMPLETE, Flag.NEXT | Flag.COMPLETE, Flag.NEXT | Flag.FOLLOWS]],
  [FrameType.EXT, openExt, [0, Flag.IGNORE]],
];

for (const [type, open, flagChoices] of openers) {
  t.test(`round trip of type 0x${type.toString(16)}, and rsocket-core reads the same`, async () => {
    fc.assert(
      fc.property(streamId, credit, bytes, bytes, fc.constantFrom(...flagChoices), (id, n, metadata, data, flags) => {
        const out = filled((w, withMetadata) => open(w, id, withMetadata, n), metadata, data, flags);
        const frame = read(out);
        const same =
          frame.streamId === id &&
          frame.type === type &&
          metadataOf(frame).equals(metadata) &&
          dataOf(frame).equals(data);
        if (!same || type === FrameType.EXT) return same;
        const foreign = foreignRead(out);
        const nothing = Buffer.alloc(0);
        return (
          foreign.type === type &&
          foreign.streamId === id &&
          foreign.flags === frame.flags &&
          (foreign.metadata ?? nothing).equals(metadata) &&
          (foreign.data ?? nothing).equals(data) &&
          (foreign.requestN ?? frame.credit) === frame.credit
        );
      }),
    );
  });

  if (type !== FrameType.EXT) {
    t.test(`reads type 0x${type.toString(16)} as rsocket-core writes it`, async () => {
      fc.assert(
        fc.property(streamId, credit, bytes, bytes, fc.constantFrom(...flagChoices), (id, n, metadata, data, flags) => {
          const foreign = foreignWrite({
            type,
            streamId: id,
            flags: flags | Flag.METADATA,
            metadata,
            data,
            requestN: n,
          });
          const frame = read(foreign);
          const counted = type === FrameType.REQUEST_STREAM || type === FrameType.REQUEST_CHANNEL;
          return (
            frame.streamId === id &&
            metadataOf(frame).equals(metadata) &&
            dataOf(frame).equals(data) &&
            (!counted || frame.credit === n)
          );
        }),
      );
    });
  }
}

t.test("rsocket-core reads our SETUP, ERROR, CANCEL, REQUEST_N and KEEPALIVE", async (t) => {
  t.match(foreignRead(golden[0]?.[1] as Buffer), {
    majorVersion: 1,
    minorVersion: 0,
    keepAlive: 0x7fffffff,
    lifetime: 0x7fffffff,
    metadataMimeType: "application/x-rocket-metadata+compact",
    dataMimeType: "application/x-rocket-payload",
  });
  t.match(foreignRead(written((w) => writeErrorText(w, 5, 0x201, "no ☃"))), {
    streamId: 5,
    code: 0x201,
    message: "no ☃",
  });
  t.match(foreignRead(written((w) => writeCancel(w, 7))), { type: FrameType.CANCEL, streamId: 7 });
  t.match(foreignRead(written((w) => writeRequestN(w, 7, 9))), { type: FrameType.REQUEST_N, requestN: 9 });
  t.match(foreignRead(written((w) => writeKeepalive(w, true, Buffer.from("x")))), {
    type: FrameType.KEEPALIVE,
    flags: Flag.RESPOND,
    lastReceivedPosition: 0,
  });
});

t.test("garbage is a frame or a DecodeError, never anything else", async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (garbage) => {
      try {
        const frame = read(Buffer.from(garbage));
        return frame.metadataStart <= frame.metadataEnd && frame.metadataEnd <= frame.end;
      } catch (error) {
        return error instanceof DecodeError;
      }
    }),
    { numRuns: 2000 },
  );
});
