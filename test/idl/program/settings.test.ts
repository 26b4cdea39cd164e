import t from "tap";
import { askedByFile, readSettings, settingProblem } from "../../../idl/program/settings.ts";
import { moduleOf } from "../../helpers/idl.ts";

t.test("reads what can be followed and leaves out what cannot", async (t) => {
  t.same(
    readSettings([
      ["scrimp.type", "number"],
      ["scrimp.binary", "view"],
      ["scrimp.names", "camelCase"],
      ["scrimp.readonly", ""],
      ["scrimp.name", "x"],
      ["scrimp.brand", ""],
    ]),
    { i64: "number", binary: "view", names: "camelCase", readonly: true, name: "x", brand: "" },
  );
  t.same(
    readSettings([
      ["scrimp.type", "long"],
      ["scrimp.typo", "x"],
      ["type", "number"],
      ["scrimp.name", "a-b"],
    ]),
    {},
  );
  t.same(
    readSettings([
      ["scrimp.readonly", ""],
      ["scrimp.readonly", "false"],
    ]),
    { readonly: false },
  );
});

t.test("understands the form of an i64 as other compilers have it", async (t) => {
  const forms = ["Long", "bigint", "BigInt", "number", "String", "Date"].map(
    (value) => readSettings([["js.type", value]]).i64,
  );
  t.same(forms, ["bigint", "bigint", "bigint", "number", "string", undefined]);
});

t.test("says what is wrong with a setting, and nothing of annotations that are none", async (t) => {
  t.match(
    settingProblem(["scrimp.type", "Number"]),
    '`scrimp.type` cannot be "Number"; it can be "bigint" or "number" or "string"',
  );
  t.match(settingProblem(["scrimp.i64", "number"]), /there is no setting `scrimp\.i64`; there are scrimp\.type/);
  t.equal(settingProblem(["cpp.type", "x"]), undefined);
  t.equal(settingProblem(["scrimp.brand", ""]), undefined);
  t.equal(settingProblem(["scrimp.ignore", "type-name"]), undefined);
});

t.test("a file asks by namespaces that every Thrift compiler accepts", async (t) => {
  const { tree } = moduleOf(
    "namespace js demo\nnamespace scrimp.type number\nnamespace scrimp.readonly true\nstruct A {}",
  );
  t.same(readSettings(askedByFile(tree)), { i64: "number", readonly: true });
});
