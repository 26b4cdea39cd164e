/**
 * Our ThriftTest client: sends what Apache's test clients send, and compares everything.
 */
import { ApplicationError, type Client, createClient } from "../../lib/index.ts";
import { Checks, caught, differ, open } from "./checks.ts";
import type { Endpoint } from "./combination.ts";
import * as idl from "./gen/thrifttest.ts";
import type { Result } from "./result.ts";

type ThriftTest = Client<idl.ThriftTestMethods>;

const zero: idl.Xtruct = { string_thing: "Zero", byte_thing: 1, i32_thing: -3, i64_thing: -5n };
const LANGUAGES =
  "\u202aT\u00fcrk\u00e7e, \u0420\u0443\u0441\u0441\u043a\u0438\u0439, \u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8, \u4e2d\u6587\u202c e\u0301 ".repeat(
    20,
  );
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, value) => value));

/** Arguments of each method that gives back what it got. */
const identities: { readonly [K in keyof idl.ThriftTestMethods]?: readonly Parameters<ThriftTest[K]>[0][] } = {
  testString: ["", "Test", "Python".repeat(20), LANGUAGES, '" \\ / \b\f\n\r\t { } [ ]', "a\u0000b", "\u{1f600}"],
  testBool: [true, false],
  testByte: [0, 1, -1, 42, -42, 63, -120, -127, 127, -128],
  testI32: [0, 1, -1, 190000013, -190000013, 2000000032, 2 ** 31 - 1, -(2 ** 31)],
  testI64: [
    0n,
    1n,
    -5n,
    2n ** 32n,
    -(2n ** 32n) - 1n,
    -734359738368n,
    2n ** 53n + 1n,
    7000000000000000123n,
    -9000000000000000064n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ],
  testDouble: [
    0,
    -1,
    -5.2098523,
    7.012052175215044,
    -0.0003410124396385983,
    2 ** 32,
    -(2 ** 53) + 1,
    1e307,
    1e-292,
    Math.PI,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  testBinary: [everyByte, Buffer.from(everyByte).reverse(), ...[0, 1, 2, 4, 131072].map((n) => Buffer.alloc(n, 0xa5))],
  testStruct: [zero],
  testNest: [{ byte_thing: 1, struct_thing: zero, i32_thing: 5 }],
  testMap: [
    new Map([
      [-5, -15],
      [4, -6],
    ]),
    new Map(),
  ],
  testStringMap: [
    new Map([
      ["a b", "0"],
      ["k".repeat(1400), "v".repeat(1400)],
    ]),
  ],
  testSet: [new Set([-2, -1, 0, 1, 2]), new Set()],
  testList: [[], [-2, -1, 0, 1, 2], Array.from({ length: 20 }, (_, index) => index + 1)],
  testEnum: Object.values(idl.Numberz),
  testTypedef: [69n, 309858235082523n, 2n ** 56n - 1n],
};

/** Calls the server at `endpoint` and says how each check went. */
export async function checkThriftTest(endpoint: Endpoint): Promise<readonly Result[]> {
  const channel = await open(endpoint);
  const multiplexed = endpoint.naming === "multiplexed";
  const client = createClient(idl.ThriftTest, channel, { multiplexed });
  const checks = new Checks(endpoint);
  await checkIdentities(checks, client);
  await checkFixedAnswers(checks, client);
  await checkExceptions(checks, client);
  if (multiplexed) {
    const second = createClient(idl.SecondService, channel, { multiplexed });
    await checks.check("secondtestString quotes", async () =>
      differ(await second.secondtestString("x"), 'testString("x")'),
    );
  }
  await channel.close();
  return checks.results;
}

async function checkIdentities(checks: Checks, client: ThriftTest): Promise<void> {
  for (const [name, values] of Object.entries(identities)) {
    const call = client[name as keyof ThriftTest] as (thing: unknown) => Promise<unknown>;
    await checks.check(`${name} gives back what it got`, async () =>
      differ(await Promise.all(values.map((value) => call(value))), values),
    );
  }
}

async function checkFixedAnswers(checks: Checks, client: ThriftTest): Promise<void> {
  await checks.check("testVoid answers nothing", async () => differ(await client.testVoid(), undefined));
  await checks.check("testMapMap has two maps", async () =>
    differ(
      await client.testMapMap(7),
      new Map([
        [
          -4,
          new Map([
            [-4, -4],
            [-3, -3],
            [-2, -2],
            [-1, -1],
          ]),
        ],
        [
          4,
          new Map([
            [1, 1],
            [2, 2],
            [3, 3],
            [4, 4],
          ]),
        ],
      ]),
    ),
  );
  await checks.check("testInsanity gives the argument twice", () => insanity(client));
  await checks.check("testMulti says hello", async () =>
    differ(
      await client.testMulti(74, 0xff00ff, 0xffffffffd0d0n, new Map([[0, "zero"]]), idl.Numberz.FIVE, 0xd0d0d0d0d0n),
      { string_thing: "Hello2", byte_thing: 74, i32_thing: 0xff00ff, i64_thing: 0xffffffffd0d0n },
    ),
  );
  await checks.check("testOneway is not answered", async () => {
    await client.testOneway(0);
    return differ(await client.testI32(-1), -1);
  });
}

async function insanity(client: ThriftTest): Promise<string | undefined> {
  const insane: idl.Insanity = {
    userMap: new Map([
      [idl.Numberz.FIVE, 5n],
      [idl.Numberz.EIGHT, 8n],
    ]),
    xtructs: [{ string_thing: "Goodbye4", byte_thing: 4, i32_thing: 4, i64_thing: 4n }, zero],
  };
  const empty: idl.Insanity = { userMap: new Map(), xtructs: [] };
  const expected = new Map([
    [
      1n,
      new Map<idl.Numberz, idl.Insanity>([
        [idl.Numberz.TWO, insane],
        [idl.Numberz.THREE, insane],
      ]),
    ],
    [2n, new Map<idl.Numberz, idl.Insanity>([[idl.Numberz.SIX, empty]])],
  ]);
  return differ(await client.testInsanity(insane), expected);
}

async function checkExceptions(checks: Checks, client: ThriftTest): Promise<void> {
  await checks.check("testException throws Xception", async () => {
    const { errorCode, message } = await caught(idl.Xception, client.testException("Xception"));
    return differ([errorCode, message], [1001, "Xception"]);
  });
  await checks.check("testException throws what is not declared", async () => {
    const { code } = await caught(ApplicationError, client.testException("TException"));
    return differ([code, await client.testException("success")], ["APP_ERROR", undefined]);
  });
  await checks.check("testMultiException throws either", async () => {
    const first = await caught(idl.Xception, client.testMultiException("Xception", "ignored"));
    const other = await caught(idl.Xception2, client.testMultiException("Xception2", "ignored"));
    const neither = await client.testMultiException("success", "x");
    return differ(
      [first.errorCode, first.message, other.errorCode, other.struct_thing?.string_thing, neither.string_thing],
      [1001, "This is an Xception", 2002, "This is an Xception2", "x"],
    );
  });
}
