/** As much of Apache's ThriftTest as the table of odd messages needs, linked from a schema by hand. */
import {
  defineModule,
  type OnewayMethod,
  type Service,
  ThriftException,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";
import type { FieldSchema, TypeSchema } from "../../lib/schema/schema.ts";

const same = (name: string, type: TypeSchema) => ({ name, args: [{ id: 1, name: "thing", type }], returns: type });
const i32 = (id: number, name: string): FieldSchema => ({ id, name, type: "i32" });

const $module = defineModule({
  name: "odd",
  enums: [{ name: "Numberz", members: [{ name: "ONE", value: 1 }] }],
  structs: [
    { kind: "exception", name: "Xception", fields: [i32(1, "errorCode"), { id: 2, name: "message", type: "string" }] },
  ],
  services: [
    {
      kind: "service",
      name: "ThriftTest",
      methods: [
        { name: "testVoid", args: [] },
        same("testString", "string"),
        same("testBool", "bool"),
        same("testDouble", "double"),
        same("testUuid", "uuid"),
        same("testEnum", { enum: "Numberz" }),
        same("testList", { list: "i32" }),
        same("testSet", { set: "i32" }),
        same("testMap", { map: ["i32", "i32"] }),
        {
          name: "testException",
          args: [{ id: 1, name: "arg", type: "string" }],
          throws: [{ id: 1, name: "err1", type: { struct: "Xception" } }],
        },
        { name: "testOneway", oneway: true, args: [i32(1, "seconds")] },
      ],
    },
    {
      kind: "service",
      name: "SecondService",
      methods: [{ name: "secondtestString", args: [{ id: 1, name: "thing", type: "string" }], returns: "string" }],
    },
  ],
});

export class Xception extends ThriftException {
  declare errorCode: number;
}
$module.exception("Xception", Xception);

type Same<T> = UnaryMethod<[thing: T], T>;

export interface OddMethods {
  testVoid: UnaryMethod<[], void>;
  testString: Same<string>;
  testBool: Same<boolean>;
  testDouble: Same<number>;
  testUuid: Same<string>;
  testEnum: Same<number>;
  testList: Same<number[]>;
  testSet: Same<Set<number>>;
  testMap: Same<Map<number, number>>;
  testException: UnaryMethod<[arg: string], void>;
  testOneway: OnewayMethod<[seconds: number]>;
}

export const ThriftTest: Service<OddMethods> = $module.service("ThriftTest");
export const SecondService: Service<{ secondtestString: UnaryMethod<[thing: string], string> }> =
  $module.service("SecondService");
