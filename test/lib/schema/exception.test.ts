import t from "tap";
import { ThriftException } from "../../../lib/schema/exception.ts";

class Failure extends ThriftException {}

t.test("takes a text as the error's message, and keeps any other value as a field", async (t) => {
  t.equal(new Failure({ message: "full" }).message, "full");
  t.same(new Failure({ message: [1, 2] }).message as unknown, [1, 2]);
});

t.test("stands a field called stack beside a message that cannot be made a text", async (t) => {
  const message = [Object.create(null)];
  const failure = new Failure({ message, stack: "of plates" });
  t.equal(failure.stack, "of plates");
  t.equal(failure.message as unknown, message);
});

t.test("leaves out what is undefined", async (t) => {
  t.notOk(Object.hasOwn(new Failure({ note: undefined }), "note"));
});

t.test("says what it takes where a text stands for the fields", async (t) => {
  for (const given of ["full", 5, null, true])
    t.throws(() => new Failure(given as never), { name: "EncodeError", path: "Failure", code: "INVALID_ARGUMENT" });
});
