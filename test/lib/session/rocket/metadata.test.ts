import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../../lib/errors/errors.ts";
import { binaryMetadata, compactMetadata, metadataReader } from "../../../../lib/session/rocket/metadata-form.ts";
import { ExceptionForm, type ExceptionMetadata } from "../../../../lib/session/rocket/payload-metadata.ts";
import {
  readClientPush,
  readServerPush,
  writeDrainComplete,
  writeInteractionTerminate,
  writeSetupResponse,
} from "../../../../lib/session/rocket/push-metadata.ts";
import {
  RequestMetadata,
  type RequestOptions,
  readRequestMetadata,
  requestPrefix,
  writeRequestMetadata,
} from "../../../../lib/session/rocket/request-metadata.ts";
import { readResponseMetadata, writeResponseMetadata } from "../../../../lib/session/rocket/response-metadata.ts";
import { clampText, readRpcError, writeRpcError } from "../../../../lib/session/rocket/rpc-error.ts";
import { readSetupMetadata, setupMetadata } from "../../../../lib/session/rocket/setup-metadata.ts";
import { readStreamMetadata, writeStreamMetadata } from "../../../../lib/session/rocket/stream-metadata.ts";
import type { ByteReader } from "../../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { foreignStruct } from "../../../helpers/foreign-struct.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

function written(write: (w: ByteWriter) => void): Buffer {
  const w = new ByteWriter(1);
  write(w);
  return Buffer.from(w.view(0));
}

function reading(bytes: Buffer): ByteReader {
  const r = metadataReader();
  r.reset(bytes, 0, bytes.length);
  return r;
}

function request(timeoutMs = 0, queueTimeoutMs = 0, rest?: RequestOptions): Buffer {
  return written((w) => writeRequestMetadata(w, requestPrefix("echo", 2, 0), timeoutMs, queueTimeoutMs, rest));
}

function readRequest(bytes: Buffer): RequestMetadata {
  const into = new RequestMetadata();
  readRequestMetadata(compactMetadata.encoding, reading(bytes), into);
  return into;
}

const response = (exception?: ExceptionMetadata): Buffer =>
  written((w) => writeResponseMetadata(compactMetadata, w, { exception }));
const declared: ExceptionMetadata = {
  name: "MyErr",
  what: "boom",
  form: ExceptionForm.DECLARED,
  classification: { kind: 1, blame: 2, safety: 1 },
};
const undeclared: ExceptionMetadata = {
  name: "E",
  what: "boom",
  form: ExceptionForm.UNDECLARED,
  classification: { blame: 1 },
};

t.test("writes the golden bytes", async (t) => {
  t.equal(setupMetadata({ minVersion: 8, maxVersion: 10 }).toString("hex"), "f09f9a803510151400");
  t.equal(
    written((w) => writeSetupResponse(w, { version: 10, zstdSupported: true, lz4Supported: false })).toString("hex"),
    "1c1514110000",
  );
  t.equal(request().toString("hex"), "150418046563686f150000");
  t.equal(request(250, 100).toString("hex"), "150418046563686f150025f40315c80100");
  t.equal(compactMetadata.successResponse.toString("hex"), "7c1c000000");
  t.equal(compactMetadata.successElement.toString("hex"), "3c1c000000");
  t.equal(response().toString("hex"), "7c1c000000");
  t.equal(response(declared).toString("hex"), "7c2c18054d794572721804626f6f6d1c1c1c150215041502000000000000");
  t.equal(response(undeclared).toString("hex"), "7c2c1801451804626f6f6d1c6c1c2502000000000000");
  t.equal(
    written((w) => writeRpcError(w, { name: "OVERLOAD", what: "busy", category: 2, code: 1 })).toString("hex"),
    "18084f5645524c4f414418046275737915041502 00".replaceAll(" ", ""),
  );
});

t.test("npm thrift reads a request with every field", async (t) => {
  const bytes = request(250, 100, {
    headers: new Map([
      ["a", "1"],
      ["b", "ü"],
    ]),
    crc32c: -5,
    compression: 1,
    replyCompression: { algorithm: 3, fromBytes: 4096 },
    interactionId: 7n,
    create: { id: 9n, name: "Counter" },
  });
  t.same(foreignStruct(bytes), {
    1: 2,
    2: "echo",
    3: 0,
    5: 250,
    6: 100,
    8: new Map([
      ["a", "1"],
      ["b", "ü"],
    ]),
    11: -5,
    14: 1,
    15: { 1: { 4: {} }, 2: "4096" },
    16: "7",
    17: { 1: "9", 2: "Counter" },
  });
});

t.test("reads back what it writes, and clears what the next request does not say", async (t) => {
  const full = request(1, 2, {
    headers: new Map([["k", "v"]]),
    compression: 1,
    replyCompression: { algorithm: 1, fromBytes: undefined },
    interactionId: 3n,
    create: { id: 4n, name: "N" },
    crc32c: 6,
  });
  const into = new RequestMetadata();
  readRequestMetadata(compactMetadata.encoding, reading(full), into);
  t.match(into, {
    protocol: 2,
    kind: 0,
    clientTimeoutMs: 1,
    queueTimeoutMs: 2,
    headers: new Map([["k", "v"]]),
    crc32c: 6,
    compression: 1,
    replyCompression: { algorithm: 1, fromBytes: undefined },
    interactionId: 3n,
    createId: 4n,
    createName: "N",
  });
  t.equal(full.toString("utf8", into.nameStart, into.nameEnd), "echo");
  readRequestMetadata(compactMetadata.encoding, reading(Buffer.of(0)), into);
  t.same(into, new RequestMetadata());
});

t.test("takes the empty map that Go writes, and fields that it does not know", async (t) => {
  const go = readRequest(hex("1504 1801 78 1500 5b 00 6500 00"));
  t.match(go, { protocol: 2, headers: new Map(), compression: 0 });
  t.match(readRequest(hex("1504 1801 78 1500 0c 32 1502 00 0b 34 01 88 01 61 01 62 00")), { kind: 0 });
});

t.test("refuses headers that are not strings, too many of them, and bytes behind the struct", async (t) => {
  t.throws(() => readRequest(hex("8b 01 58 02 00")), DecodeError);
  t.throws(() => readRequest(Buffer.concat([hex("8b e807 88"), Buffer.alloc(3000)])), DecodeError);
  t.throws(() => readRequest(hex("0000")), /after the request metadata/);
});

t.test("refuses every prefix of a request", async (t) => {
  const bytes = request(250, 100, {
    headers: new Map([["a", "1"]]),
    replyCompression: { algorithm: 1, fromBytes: 5 },
    create: { id: 1n, name: "x" },
  });
  for (let end = 0; end < bytes.length; end++)
    t.throws(() => readRequest(bytes.subarray(0, end)), DecodeError, `cut to ${end}`);
});

t.test("reads failures with their form and classification, in compact and in binary", async (t) => {
  for (const form of [compactMetadata, binaryMetadata]) {
    for (const exception of [declared, undeclared]) {
      const bytes = written((w) =>
        writeResponseMetadata(form, w, {
          exception,
          headers: new Map([["h", "1"]]),
          compression: 1,
          streamId: 5,
          crc32c: 3,
        }),
      );
      t.match(readResponseMetadata(form, reading(bytes)), {
        outcome: exception,
        headers: new Map([["h", "1"]]),
        compression: 1,
        crc32c: 3,
      });
      const element = written((w) => writeStreamMetadata(form, w, 1, exception));
      t.match(readStreamMetadata(form, reading(element)), { outcome: exception, compression: 1 });
    }
    t.match(readResponseMetadata(form, reading(form.successResponse)), { outcome: "value", compression: 0 });
    t.match(readStreamMetadata(form, reading(form.successElement)), { outcome: "value" });
    t.match(readResponseMetadata(form, reading(Buffer.of(0))), { outcome: "absent" });
  }
});

t.test("npm thrift reads a failure", async (t) => {
  t.same(foreignStruct(response(declared)), {
    7: { 2: { 1: "MyErr", 2: "boom", 3: { 1: { 1: { 1: 1, 2: 2, 3: 1 } } } } },
  });
});

t.test("reads setup metadata with and without the key, and refuses it where the key must be", async (t) => {
  const agent = setupMetadata({ minVersion: 8, maxVersion: 10, agent: "scrimp", hostname: "h" });
  t.match(readSetupMetadata(compactMetadata, reading(agent), true), {
    minVersion: 8,
    maxVersion: 10,
    agent: "scrimp",
    hostname: "h",
  });
  t.match(readSetupMetadata(compactMetadata, reading(hex("00000001 3510151400")), true), {
    minVersion: 8,
    maxVersion: 10,
  });
  t.match(readSetupMetadata(compactMetadata, reading(hex("3510151400")), false), { minVersion: 8, maxVersion: 10 });
  t.throws(() => readSetupMetadata(compactMetadata, reading(hex("3510151400")), true), /without the key/);
  t.throws(() => readSetupMetadata(compactMetadata, reading(hex("f09f9a80 00 00")), true), /after the setup metadata/);
  for (let end = 0; end < agent.length; end++)
    t.throws(() => readSetupMetadata(compactMetadata, reading(agent.subarray(0, end)), true), DecodeError);
});

t.test("reads pushes, and calls what has no use here other", async (t) => {
  t.same(readServerPush(reading(hex("1c1514110000"))), {
    kind: "setupResponse",
    value: { version: 10, zstdSupported: true, lz4Supported: false },
  });
  const lz4 = written((w) => writeSetupResponse(w, { version: 8, zstdSupported: false, lz4Supported: true }));
  t.same(readServerPush(reading(lz4)), {
    kind: "setupResponse",
    value: { version: 8, zstdSupported: false, lz4Supported: true },
  });
  t.same(foreignStruct(lz4), { 1: { 1: 8, 5: true } });
  t.same(readServerPush(reading(written(writeDrainComplete))), { kind: "drainComplete" });
  t.same(readServerPush(reading(hex("2c 15 02 00 00"))), { kind: "other" });
  t.same(readClientPush(compactMetadata, reading(written((w) => writeInteractionTerminate(w, 12n)))), {
    kind: "interactionTerminate",
    interactionId: 12n,
  });
  t.same(readClientPush(compactMetadata, reading(hex("3c 1b 00 00 00"))), { kind: "other" });
});

t.test("tells an error struct from text", async (t) => {
  const error = { name: "OVERLOAD", what: "busy", category: 2, code: 1 };
  t.same(readRpcError(reading(written((w) => writeRpcError(w, error)))), error);
  for (const text of ["", "server is overloaded", "\0", "\x18\x04busy\0"])
    t.equal(readRpcError(reading(Buffer.from(text))), undefined, JSON.stringify(text));
});

t.test("clamps error texts to 4 KiB of whole characters", async (t) => {
  t.equal(clampText("short"), "short");
  t.equal(clampText("☃".repeat(4096)), "☃".repeat(1365));
  t.equal(clampText("\ud800"), "\ufffd");
});

t.test("garbage is metadata or a DecodeError", async () => {
  const readers = [
    (r: ByteReader) => readRequestMetadata(compactMetadata.encoding, r, new RequestMetadata()),
    (r: ByteReader) => readResponseMetadata(compactMetadata, r),
    (r: ByteReader) => readStreamMetadata(binaryMetadata, r),
    (r: ByteReader) => readSetupMetadata(compactMetadata, r, false),
    (r: ByteReader) => readServerPush(r),
    (r: ByteReader) => readClientPush(compactMetadata, r),
    (r: ByteReader) => readRpcError(r),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...readers), fc.uint8Array({ maxLength: 60 }), (read, garbage) => {
      try {
        read(reading(Buffer.from(garbage)));
      } catch (error) {
        return error instanceof DecodeError;
      }
      return true;
    }),
    { numRuns: 5000 },
  );
});
