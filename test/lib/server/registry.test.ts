import t from "tap";
import { Registry } from "../../../lib/server/registry.ts";
import { Base, Calculator } from "../../helpers/calculator.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../helpers/virtual-service.ts";

const handlers = calculator(new VirtualPlatform(), new Witness());

function names(registry: Registry, ...wanted: readonly string[]): (string | undefined)[] {
  const table = registry.table();
  return wanted.map((name) => table.find(Buffer.from(name), 0, Buffer.byteLength(name))?.method.name);
}

t.test("knows a method by its plain name and behind its service's, inherited ones included", async (t) => {
  const registry = new Registry().add(Calculator, handlers);
  t.same(names(registry, "divide", "Calculator:divide", ":divide", "ping", "Calculator:ping"), [
    "divide",
    "divide",
    "divide",
    "ping",
    "ping",
  ]);
  t.same(
    names(registry, "Base:ping", "Divide", "Calculator:", "Calculator", ""),
    Array.from({ length: 5 }, () => undefined),
  );
});

t.test("a plain name belongs to the service that was added first", async (t) => {
  const first = new Registry().add(Calculator, handlers);
  const own = { ping: () => undefined, constructor: () => "", toString: () => "", ["__proto__"]: 0 };
  first.add(Base, Object.defineProperty(own, "__proto__", { value: (x: number) => x }) as never, { name: "Other" });
  t.same(names(first, "ping", "Other:ping", "Base:ping"), ["ping", "ping", undefined]);
});

t.test("refuses a service twice, a procedure twice, and a method without a function", async (t) => {
  const registry = new Registry().add(Calculator, handlers).procedure("sum", () => 0);
  t.throws(() => registry.add(Calculator, handlers), {
    code: "CONFIGURATION",
    message: /Calculator:ping is registered already/,
  });
  t.throws(() => registry.procedure("sum", () => 0), { code: "CONFIGURATION" });
  t.throws(() => registry.procedure("divide", () => 0), { code: "CONFIGURATION" });
  t.throws(() => new Registry().add(Calculator, {} as never), {
    code: "CONFIGURATION",
    message: "Calculator.ping is not implemented",
  });
});

t.test("takes no function that every object inherits for a handler", async (t) => {
  const without = {
    ping: () => undefined,
    divide: () => 0,
    echo: () => "",
    blob: () => 0,
    after: () => "",
    log: () => undefined,
    sum3: () => 0,
  };
  t.throws(() => new Registry().add(Calculator, without as never), {
    message: "Calculator.constructor is not implemented",
  });
});

t.test("methods of a class are handlers, with their object as this", async (t) => {
  class Service {
    count = 0;
    ping(): void {
      this.count++;
    }
    toString(): string {
      return `${this.count}`;
    }
  }
  const service = new Service();
  Object.assign(service, {
    divide: () => 0,
    echo: () => "",
    blob: () => 0,
    after: () => "",
    log: () => undefined,
    sum3: () => 0,
    constructor: () => "c",
  });
  Object.defineProperty(service, "__proto__", { value: (x: number) => x });
  // Its prototype is hidden behind the own property of that name, but not for method calls.
  const table = new Registry().add(Calculator, service as never).table();
  const invoke = (name: string): unknown =>
    table.find(Buffer.from(name), 0, name.length)?.invoke([], undefined as never);
  invoke("ping");
  invoke("ping");
  t.equal(invoke("toString"), "2");
});

t.test("refuses what is no service", async (t) => {
  for (const none of [undefined, null, {}, "Calculator", Calculator.methods] as never[])
    t.throws(() => new Registry().add(none, {}), { code: "CONFIGURATION", message: /add: expected a service/ });
});
