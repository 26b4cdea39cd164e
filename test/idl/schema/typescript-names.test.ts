import t from "tap";
import {
  camelCase,
  declarationName,
  exceptionFieldKey,
  fieldKey,
  identifier,
  memberKey,
  memberName,
  methodKey,
  propertyName,
  takeName,
} from "../../../idl/schema/typescript-names.ts";

t.test("a name changes only where TypeScript forbids it", async (t) => {
  t.same(["Work", "class", "await", "number", "Map", "then", "type"].map(declarationName), [
    "Work",
    "class$",
    "await$",
    "number$",
    "Map",
    "then$",
    "type",
  ]);
  t.equal(declarationName("satisfies"), "satisfies$");
  t.same(["class", "length", "then"].map(fieldKey), ["class", "length", "then"]);
  t.same(["close", "name", "then"].map(methodKey), ["close", "name", "then$"]);
});

t.test("what every object has names no field and no method", async (t) => {
  const inherited = Object.getOwnPropertyNames(Object.prototype);
  t.ok(inherited.includes("constructor") && inherited.includes("__lookupGetter__"));
  for (const name of inherited) {
    t.equal(fieldKey(name), `${name}$`);
    t.equal(methodKey(name), `${name}$`);
    t.equal(exceptionFieldKey(name, true, false), `${name}$`);
  }
  t.same(["toString", "__proto__"].map(memberKey), ["toString", "__proto__$"], "a member is always there");
});

t.test("an exception keeps the fields that an Error can have", async (t) => {
  t.equal(exceptionFieldKey("message", true, true), "message");
  t.equal(exceptionFieldKey("message", false, false), "message$");
  t.equal(exceptionFieldKey("name", true, false), "name");
  t.equal(exceptionFieldKey("name", true, true), "name$");
  t.equal(exceptionFieldKey("cause", false, false), "cause");
  t.same(
    ["stack", "toString", "constructor", "__proto__"].map((name) => exceptionFieldKey(name, true, false)),
    ["stack$", "toString$", "constructor$", "__proto__$"],
  );
});

t.test("user_name becomes userName; outer underscores stay", async (t) => {
  t.same(["user_name", "_user_name_", "userName", "A_B", "a__b", "x_1"].map(camelCase), [
    "userName",
    "_userName_",
    "userName",
    "AB",
    "aB",
    "x1",
  ]);
});

t.test("keys are quoted where they must be", async (t) => {
  t.same(["a", "class", "a-b"].map(propertyName), ["a", "class", '"a-b"']);
  t.same(["a", "readonly", "declare"].map(memberName), ["a", '"readonly"', '"declare"']);
});

t.test("any text becomes an identifier, and a taken one another", async (t) => {
  t.same(["a-b", "1st", "", "class", "v1.0"].map(identifier), ["a_b", "_1st", "_", "class$", "v1_0"]);
  const taken = new Set(["a", "b$"]);
  t.same([takeName("a", taken), takeName("a", taken), takeName("b$", taken)], ["a$2", "a$3", "b$2"]);
});
