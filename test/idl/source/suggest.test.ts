import t from "tap";
import { didYouMean, nearest } from "../../../idl/source/suggest.ts";

t.test("finds the name with the fewest edits", async (t) => {
  t.equal(nearest("UserID", ["Order", "UserId", "Users"]), "UserId");
  t.equal(nearest("Recieve", ["Receive", "Relieve"]), "Receive", "a swap is one edit");
  t.equal(nearest("Strng", ["String2x", "string"]), "string", "whatever its letters' case");
  t.equal(didYouMean("strng", ["string"]), "did you mean `string`?");
});

t.test("suggests nothing that is far away", async (t) => {
  t.equal(nearest("Basket", ["Order", "User"]), undefined);
  t.equal(nearest("ab", ["xy"]), undefined);
  t.equal(nearest("a".repeat(5000), ["a".repeat(4999)]), undefined, "nor for names that nobody types");
});

t.test("never suggests the name itself", async (t) => {
  t.equal(nearest("User", ["User"]), undefined);
});
