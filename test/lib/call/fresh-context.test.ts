import { AsyncLocalStorage } from "node:async_hooks";
import t from "tap";
import { FreshContext, KeptContext } from "../../../lib/call/fresh-context.ts";

const als = new AsyncLocalStorage<string>();
const found = (): string => als.getStore() ?? "nothing";
const enter = (name: string): string => {
  const before = found();
  als.enterWith(name);
  return before;
};

t.test("what one function enters the next does not find, whoever calls it", async (t) => {
  const context = new FreshContext();
  als.run("caller", () => {
    for (let i = 0; i < 3_000; i++) if (context.run(enter, undefined, `${i}`, undefined) !== "nothing") t.fail(`${i}`);
    t.equal(found(), "caller", "nor does the caller");
  });
});

t.test("they find what was there when it was made, also behind one that entered something else", async (t) => {
  const context = als.run("base", () => new FreshContext());
  t.equal(context.run(found, undefined, undefined, undefined), "base");
  t.equal(context.run(enter, undefined, "other", undefined), "base");
  for (let i = 0; i < 2_000; i++) if (context.run(found, undefined, undefined, undefined) !== "base") t.fail(`${i}`);
});

t.test("one within another has a context of its own, and leaves the outer one as it was", async (t) => {
  const context = new FreshContext();
  const outer = (): string => {
    als.enterWith("outer");
    const inner = context.run(enter, undefined, "inner", undefined);
    return `${inner} ${found()}`;
  };
  t.equal(context.run(outer, undefined, undefined, undefined), "nothing outer");
});

t.test("what a function goes on with later is in its own context", async (t) => {
  const context = new FreshContext();
  const later = async (name: string): Promise<string> => {
    als.enterWith(name);
    await new Promise((resolve) => setImmediate(resolve));
    return found();
  };
  const names = ["a", "b", "c"];
  t.same(await Promise.all(names.map((name) => context.run(later, undefined, name, undefined))), names);
  await als.run("run", async () => t.equal(await context.run(async () => found(), undefined, 0, 0), "nothing"));
});

t.test("several stores, of which some are made, run and disabled later", async (t) => {
  const context = new FreshContext();
  const others = [new AsyncLocalStorage<number>(), new AsyncLocalStorage<number>()] as const;
  const all = (): unknown[] => [als, ...others].map((one) => one.getStore());
  context.run(() => others[0].enterWith(1), undefined, 0, 0);
  context.run(() => others[1].run(2, () => als.enterWith("x")), undefined, 0, 0);
  t.same(context.run(all, undefined, 0, 0), [undefined, undefined, undefined]);
  others[0].disable();
  context.run(() => others[0].enterWith(3), undefined, 0, 0);
  t.same(context.run(all, undefined, 0, 0), [undefined, undefined, undefined]);
});

t.test("an error comes through as it is, and the next function is not hurt", async (t) => {
  const context = new FreshContext();
  const fail = (): never => {
    als.enterWith("failed");
    throw new Error("as it is");
  };
  t.throws(() => context.run(fail, undefined, 0, 0), { message: "as it is" });
  t.equal(context.run(found, undefined, 0, 0), "nothing");
});

t.test("a kept context goes on with what was entered in it", async (t) => {
  const kept = als.run("kept", () => new KeptContext());
  t.equal(kept.run(found, undefined), "kept");
  t.equal(
    als.run("caller", () => kept.run(() => enter("next"), undefined)),
    "kept",
  );
  t.equal(found(), "nothing");
});
