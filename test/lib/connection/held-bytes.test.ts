import t from "tap";
import { HeldBytes, type HeldShare } from "../../../lib/connection/held-bytes.ts";

t.test("who holds most is ended until the rest is within the bound, and counts no more", async (t) => {
  const whole = new HeldBytes(100);
  const ended: string[] = [];
  const share = (name: string): HeldShare => whole.share(() => ended.push(name));
  const [a, b, c] = [share("a"), share("b"), share("c")];
  a.set("partial", 50);
  b.set("replies", 20);
  b.set("zlib", 20);
  t.same([ended, whole.used], [[], 90]);
  c.set("fragments", 45);
  t.same([ended, whole.used], [["a"], 85]);
  a.set("partial", 1000);
  t.equal(whole.used, 85, "it is gone");
  c.set("fragments", 101);
  t.same([ended, whole.used], [["a", "c"], 40]);
  b.set("zlib", 0);
  b.close();
  b.close();
  c.close();
  t.same(
    (["partial", "fragments", "replies", "pieces", "zlib"] as const).map((kind) => whole.of(kind)),
    [0, 0, 0, 0, 0],
  );
});

t.test("one connection alone that holds more than the bound is ended", async (t) => {
  const whole = new HeldBytes(100);
  let ended = 0;
  const share = whole.share(() => ended++);
  share.set("partial", 101);
  t.same([ended, whole.used], [1, 0]);
});
