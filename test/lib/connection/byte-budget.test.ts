import t from "tap";
import { ByteBudget } from "../../../lib/connection/byte-budget.ts";

t.test("connections together may hold what the whole may, and read on when any of them has given", async (t) => {
  const whole = new ByteBudget(100, () => {});
  const resumed: string[] = [];
  const a = new ByteBudget(80, () => resumed.push("a"), whole);
  const b = new ByteBudget(80, () => resumed.push("b"), whole);
  a.take(60);
  b.take(40);
  t.ok(a.stopIfFull());
  t.ok(b.stopIfFull());
  a.give(30);
  t.same([resumed.sort(), whole.used], [["a", "b"], 70]);
  a.close();
  b.close();
  a.give(30);
  t.same([a.used, b.used, whole.used], [0, 0, 0], "what is given after the end counts nowhere");
});
