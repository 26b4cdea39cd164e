/**
 * Our ThriftTest server: what a user would write in an evening. The fixed answers are those of Apache's cross-language test.
 */
import type { Implementation } from "../../lib/index.ts";
import {
  Numberz,
  type SecondServiceMethods,
  type ThriftTestMethods,
  Xception,
  Xception2,
  type Xtruct,
} from "./gen/thrifttest.ts";

const xtruct = (string_thing: string, byte_thing = 0, i32_thing = 0, i64_thing = 0n): Xtruct => ({
  string_thing,
  byte_thing,
  i32_thing,
  i64_thing,
});

const identity = <T>(thing: T): T => thing;

export const thriftTest: Implementation<ThriftTestMethods> = {
  testVoid() {},
  testString: identity,
  testBool: identity,
  testByte: identity,
  testI32: identity,
  testI64: identity,
  testDouble: identity,
  testBinary: identity,
  testStruct: identity,
  testNest: identity,
  testMap: identity,
  testStringMap: identity,
  testSet: identity,
  testList: identity,
  testEnum: identity,
  testTypedef: identity,
  testMapMap() {
    const upTo4 = [1, 2, 3, 4];
    return new Map([
      [4, new Map(upTo4.map((i) => [i, i]))],
      [-4, new Map(upTo4.map((i) => [-i, -i]))],
    ]);
  },
  testInsanity(argument) {
    return new Map([
      [
        1n,
        new Map<Numberz, typeof argument>([
          [Numberz.TWO, argument],
          [Numberz.THREE, argument],
        ]),
      ],
      [2n, new Map<Numberz, typeof argument>([[Numberz.SIX, { userMap: new Map(), xtructs: [] }]])],
    ]);
  },
  testMulti: (arg0, arg1, arg2) => xtruct("Hello2", arg0, arg1, arg2),
  testException(arg) {
    if (arg === "Xception") throw new Xception({ errorCode: 1001, message: arg });
    if (arg === "TException") throw new Error("undeclared");
  },
  testMultiException(arg0, arg1) {
    if (arg0 === "Xception") throw new Xception({ errorCode: 1001, message: "This is an Xception" });
    if (arg0 === "Xception2") {
      throw new Xception2({ errorCode: 2002, struct_thing: xtruct("This is an Xception2") });
    }
    return xtruct(arg1);
  },
  testOneway() {},
};

export const secondService: Implementation<SecondServiceMethods> = {
  secondtestString: (thing) => `testString("${thing}")`,
};
