/**
 * msgpackr three ways: with records whose structures both sides share (its fastest), the same into one buffer that is used
 * again (as a batching socket would), and as plain MessagePack with keys.
 */
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr";
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";

const REUSE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;

/** The buffer that msgpackr returns in its reuse mode: its whole target, with the value's place in it. */
interface Target extends Buffer {
  start: number;
  end: number;
}

/** Shared structures: both directions know them beforehand, so no message carries a definition. */
export function recordsPackr(): Packr {
  return new Packr({ structures: [], int64AsType: "number" });
}

function recordsCodec(shape: ShapeName): Codec {
  const packr = recordsPackr();
  return codecOf({
    values: fixtures(shape, (n) => n),
    encode: (value) => packr.pack(value).length,
    bytes: (value) => Buffer.from(packr.pack(value)),
    decode: (bytes) => packr.unpack(bytes),
  });
}

function reusedCodec(shape: ShapeName): Codec {
  const packr = recordsPackr();
  return codecOf({
    values: fixtures(shape, (n) => n),
    encode: (value) => {
      const target = packr.pack(value, REUSE) as Target;
      return target.end - target.start;
    },
    bytes: (value) => Buffer.from(packr.pack(value)),
    decode: (bytes) => packr.unpack(bytes),
  });
}

function plainCodec(shape: ShapeName): Codec {
  const packr = new Packr({ useRecords: false, int64AsType: "number" });
  return codecOf({
    values: fixtures(shape, (n) => n),
    encode: (value) => packr.pack(value).length,
    bytes: (value) => Buffer.from(packr.pack(value)),
    decode: (bytes) => packr.unpack(bytes),
  });
}

const packages: readonly string[] = ["msgpackr"];

export const msgpackrRecords: CodecContender = { name: "msgpackr records", packages, open: recordsCodec };
export const msgpackrReused: CodecContender = { name: "msgpackr records, reused buffer", packages, open: reusedCodec };
export const msgpackrPlain: CodecContender = { name: "msgpackr plain", packages, open: plainCodec };
