/** One test for each row of the table of odd messages that Apache's servers were measured with: framed binary, a fresh server each. */
import t, { type Test } from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { type ServeOptions, serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { SecondService, ThriftTest, Xception } from "../../helpers/odd-service.ts";
import { binaryMessage, frame, RawClient, say } from "../../helpers/raw-client.ts";

const CALL = 1;
const ONEWAY = 4;
const VOID = "00";
const SECOND = frame(binaryMessage("testVoid", CALL, 8, VOID));
const SECOND_REPLY = "REPLY testVoid #8 00";

interface Opened {
  readonly raw: RawClient;
  readonly seen: unknown[];
  readonly errors: unknown[];
  /** Whatever one connection was sent, the next one is served. */
  othersAreServed(): Promise<void>;
}

async function open(t: Test, options: ServeOptions = {}): Promise<Opened> {
  const link = memory();
  const seen: unknown[] = [];
  const errors: unknown[] = [];
  const same = <T>(thing: T): T => {
    seen.push(thing);
    return thing;
  };
  const handlers = {
    testVoid: () => undefined,
    testString: same<string>,
    testBool: same<boolean>,
    testDouble: same<number>,
    testUuid: same<string>,
    testEnum: same<number>,
    testList: same<number[]>,
    testSet: same<Set<number>>,
    testMap: same<Map<number, number>>,
    testException(arg: string): void {
      if (arg === "Xception") throw new Xception({ errorCode: 1001, message: arg });
      throw new Error("secret");
    },
    testOneway: (seconds: number): void => void seen.push(seconds),
  };
  const server = await serve(
    link.listener,
    (r) => r.add(ThriftTest, handlers).add(SecondService, { secondtestString: (thing) => `testString("${thing}")` }),
    { onError: (error) => errors.push(error), ...options },
  );
  t.teardown(() => server.close());
  const othersAreServed = async (): Promise<void> => {
    const channel = connect(link.dialer, { protocol: "framed", encoding: "binary" });
    t.equal(await createClient(ThriftTest, channel).testString("still here"), "still here");
    await channel.close();
  };
  return { raw: await RawClient.dial(link), seen, errors, othersAreServed };
}

/** Sends `bytes`, then a plain call: what is answered, and that the connection is open afterwards. */
function answered(name: string, bytes: Buffer, ...expected: readonly (string | RegExp)[]): void {
  t.test(name, async (t) => {
    const { raw, othersAreServed } = await open(t);
    raw.send(bytes, SECOND);
    for (const reply of [...expected, SECOND_REPLY]) {
      const said = say(await raw.frame());
      if (typeof reply === "string") t.equal(said, reply);
      else t.match(said, reply);
    }
    t.notOk(raw.ended);
    raw.destroy();
    await othersAreServed();
  });
}

/** Sends `bytes`, then a plain call: the connection is closed without an answer. */
function closed(name: string, bytes: Buffer): void {
  t.test(name, async (t) => {
    const { raw, othersAreServed } = await open(t);
    raw.send(bytes, SECOND);
    await raw.untilEnd();
    t.equal(raw.received.length, 0);
    raw.destroy();
    await othersAreServed();
  });
}

const call = (name: string, struct: string, seqid = 7, type = CALL): Buffer =>
  frame(binaryMessage(name, type, seqid, struct));
const text = (value: string): string =>
  `0b0001 ${Buffer.from([0, 0, 0, Buffer.byteLength(value)]).toString("hex")} ${Buffer.from(value).toString("hex")} 00`;
const nested = (depth: number): string => `${"0c0001".repeat(depth)}${"00".repeat(depth)}00`;

answered("void", call("testVoid", VOID), "REPLY testVoid #7 00");
answered("negative seqid", call("testVoid", VOID, -5), "REPLY testVoid #-5 00");
answered("unknown method", call("noSuchMethod", VOID), `EXC 1 noSuchMethod #7 "unknown method 'noSuchMethod'"`);
answered(
  "unknown method, oneway",
  call("noSuchMethod", VOID, 7, ONEWAY),
  `EXC 1 noSuchMethod #7 "unknown method 'noSuchMethod'"`,
);
answered(
  "unknown method with arguments to skip",
  call("noSuchMethod", text("x")),
  `EXC 1 noSuchMethod #7 "unknown method 'noSuchMethod'"`,
);
for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
  answered(`prototype method ${name}`, call(name, VOID), `EXC 1 ${name} #7 "unknown method '${name}'"`);
}
answered(
  "message of type reply",
  call("testVoid", VOID, 7, 2),
  `EXC 2 testVoid #7 "message type 2 for method 'testVoid', expected a call"`,
);
answered(
  "message of type 9",
  call("testVoid", VOID, 7, 9),
  `EXC 2 testVoid #7 "message type 9 for method 'testVoid', expected a call"`,
);
answered("call of a oneway method", call("testOneway", "080001 00000000 00"));
answered("oneway message for a method that answers", call("testVoid", VOID, 7, ONEWAY), "REPLY testVoid #7 00");
answered(
  "undeclared exception",
  call("testException", text("TException")),
  `EXC 6 testException #7 "internal error in 'testException'"`,
);
answered(
  "declared exception",
  call("testException", text("Xception")),
  "REPLY testException #7 0c0001080001000003e90b0002000000085863657074696f6e0000",
);
answered("missing argument", call("testString", "00"), "REPLY testString #7 0b00000000000000");
answered("argument of another type", call("testString", "080001 00000001 00"), "REPLY testString #7 0b00000000000000");
answered("one argument more", call("testVoid", "080063 00000001 00"), "REPLY testVoid #7 00");
answered("unknown argument 60 deep", call("testVoid", nested(60)), "REPLY testVoid #7 00");
answered(
  "unknown argument 70 deep",
  call("testVoid", nested(70)),
  /^EXC 7 testVoid #7 "arguments of 'testVoid': structs and containers nest/,
);
answered(
  "string that is not UTF-8",
  call("testString", "0b0001 00000004 61fffe62 00"),
  /^EXC 7 testString #7 "arguments of 'testString': .*UTF-8/,
);
answered(
  "surrogate in a string",
  call("testString", "0b0001 00000005 61eda08062 00"),
  /^EXC 7 testString #7 "arguments of 'testString': .*UTF-8/,
);
answered(
  "NUL in a string",
  call("testString", "0b0001 00000003 610062 00"),
  "REPLY testString #7 0b00000000000361006200",
);
answered(
  "string of negative length",
  call("testString", "0b0001 ffffffff 00"),
  /^EXC 7 testString #7 "arguments of 'testString': negative length -1/,
);
answered(
  "string longer than its frame",
  call("testString", "0b0001 7fffffff 61 00"),
  /^EXC 7 testString #7 "arguments of 'testString': string of/,
);
answered(
  "list longer than its frame",
  call("testList", "0f0001 08 7fffffff 00000001 00"),
  /^EXC 7 testList #7 "arguments of 'testList': /,
);
answered(
  "list of negative length",
  call("testList", "0f0001 08 ffffffff 00"),
  /^EXC 7 testList #7 "arguments of 'testList': /,
);
answered(
  "list of other elements",
  call("testList", "0f0001 0b 00000001 00000001 61 00"),
  "REPLY testList #7 0f0000080000000000",
);
answered(
  "set with one element twice",
  call("testSet", "0e0001 08 00000002 00000003 00000003 00"),
  "REPLY testSet #7 0e000008000000010000000300",
);
answered(
  "map with one key twice",
  call("testMap", "0d0001 08 08 00000002 00000001 00000005 00000001 00000006 00"),
  "REPLY testMap #7 0d0000080800000001000000010000000600",
);
answered("boolean that is 2", call("testBool", "020001 02 00"), "REPLY testBool #7 0200000100");
answered(
  "enum value that nobody declared",
  call("testEnum", "080001 000003e7 00"),
  "REPLY testEnum #7 080000000003e700",
);
answered(
  "NaN with a payload",
  call("testDouble", "040001 7ff800000000002a 00"),
  "REPLY testDouble #7 0400007ff800000000002a00",
);
answered(
  "minus zero",
  call("testDouble", "040001 8000000000000000 00"),
  "REPLY testDouble #7 040000800000000000000000",
);
answered(
  "uuid of no version",
  call("testUuid", "100001 000102030405060708090a0b0c0d0e0f 00"),
  "REPLY testUuid #7 100000000102030405060708090a0b0c0d0e0f00",
);
answered(
  "bytes behind the message in its frame",
  frame(binaryMessage("testVoid", CALL, 7, VOID), "deadbeef"),
  "REPLY testVoid #7 00",
);
answered(
  "two messages in one frame",
  frame(binaryMessage("testVoid", CALL, 7, VOID), binaryMessage("testVoid", CALL, 9, VOID)),
  "REPLY testVoid #7 00",
  "REPLY testVoid #9 00",
);
answered(
  "an unknown method in front of another message in one frame",
  frame(binaryMessage("nope", CALL, 7, text("x")), binaryMessage("testVoid", CALL, 9, VOID)),
  `EXC 1 nope #7 "unknown method 'nope'"`,
  "REPLY testVoid #9 00",
);
answered(
  "five at once",
  Buffer.concat([1, 2, 3, 4, 5].map((seqid) => call("testVoid", VOID, seqid))),
  ...[1, 2, 3, 4, 5].map((seqid) => `REPLY testVoid #${seqid} 00`),
);

closed("message without a version, while strict", frame("00000008 74657374566f6964 01 00000007 00"));
closed("empty frame", Buffer.alloc(4));
closed("frame too short for a message", frame("80010001"));
closed("version that nobody has", frame("80020001 00000008 74657374566f6964 00000007 00"));
closed("garbage", Buffer.from("this is no Thrift at all"));
t.test("HTTP by another verb than POST is told so, and closed", async (t) => {
  const { raw, othersAreServed } = await open(t);
  raw.send(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await raw.untilEnd();
  t.match(raw.received.toString(), /^HTTP\/1\.1 405 .*Connection: close/s);
  raw.destroy();
  await othersAreServed();
});
closed("frame of 20 MB announced", Buffer.from("01312d00", "hex"));
closed("frame of negative length", Buffer.from("ffffffff", "hex"));

t.test("100,000 structs inside one another", async (t) => {
  const { raw } = await open(t);
  raw.send(call("testVoid", nested(100_000)), SECOND);
  t.match(say(await raw.frame()), /^EXC 7 testVoid #7 "arguments of 'testVoid': structs and containers nest/);
  t.equal(say(await raw.frame()), SECOND_REPLY);
});

t.test("byte by byte", async (t) => {
  const { raw } = await open(t);
  for (const byte of call("testVoid", VOID)) raw.send(Buffer.of(byte));
  t.equal(say(await raw.frame()), "REPLY testVoid #7 00");
});

t.test("half-close: what was asked is answered, then the connection ends", async (t) => {
  const { raw } = await open(t);
  raw.send(call("testVoid", VOID)).end();
  t.equal(say(await raw.frame()), "REPLY testVoid #7 00");
  await raw.untilEnd();
  t.ok(raw.ended);
});

t.test("message without a version, when such are admitted", async (t) => {
  const { raw } = await open(t, { oldBinary: true });
  raw.send(frame("00000008 74657374566f6964 01 00000007 00"));
  const reply = await raw.frame();
  t.ok(reply?.includes("testVoid"));
});

t.test("an undeclared exception goes to onError, not to the client", async (t) => {
  const { raw, errors } = await open(t);
  raw.send(call("testException", text("TException")));
  t.notMatch(say(await raw.frame()), /secret/);
  t.match(errors, [{ message: "secret" }]);
});

// Multiplexed names.
answered(
  "service and method",
  call("SecondService:secondtestString", text("x")),
  `REPLY secondtestString #7 0b00000000000f74657374537472696e6728227822290000`.replace("290000", "2900"),
);
answered("method of the default service", call("testVoid", VOID), "REPLY testVoid #7 00");
answered(
  "method of another service by its plain name",
  call("secondtestString", text("x")),
  "REPLY secondtestString #7 0b00000000000f74657374537472696e67282278222900",
);
answered(
  "unknown service",
  call("NoService:testVoid", VOID),
  `EXC 1 testVoid #7 "unknown method 'NoService:testVoid'"`,
);
answered(
  "unknown method of a service",
  call("ThriftTest:nope", VOID),
  `EXC 1 nope #7 "unknown method 'ThriftTest:nope'"`,
);
answered(
  "two colons",
  call("ThriftTest:testVoid:x", VOID),
  `EXC 1 testVoid:x #7 "unknown method 'ThriftTest:testVoid:x'"`,
);
answered("empty service", call(":testVoid", VOID), "REPLY testVoid #7 00");
answered(
  "service called constructor",
  call("constructor:testVoid", VOID),
  `EXC 1 testVoid #7 "unknown method 'constructor:testVoid'"`,
);
