import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import {
  defineModule,
  type OnewayMethod,
  type Service,
  type StreamMethod,
  type UnaryMethod,
} from "../../../../lib/schema/codegen-v1.ts";
import { rocketWorld } from "../../../helpers/rocket-world.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

/** The streams service as somebody believes it to be. */
const $module = defineModule({
  name: "mistaken",
  services: [
    {
      kind: "service",
      name: "Mistaken",
      methods: [
        { name: "nope", args: [] },
        { name: "countTo", args: [{ id: 1, name: "last", type: "i32" }], returns: "i32" },
        { name: "echo", args: [{ id: 1, name: "text", type: "string" }], stream: { type: "string" } },
        { name: "blob", oneway: true, args: [] },
        { name: "constructor", args: [] },
      ],
    },
  ],
});

interface MistakenMethods {
  nope: UnaryMethod<[], void>;
  countTo: UnaryMethod<[last: number], number>;
  echo: StreamMethod<[text: string], string>;
  blob: OnewayMethod<[]>;
  constructor: UnaryMethod<[], void>;
}
const Mistaken = $module.service("Mistaken") as Service<MistakenMethods>;

t.test("a request that cannot be carried out is refused by its own reason, and the connection goes on", async (t) => {
  const world = rocketWorld();
  const mistaken = createClient(Mistaken, world.channel);
  await t.rejects(mistaken.nope(), { code: "UNKNOWN_METHOD", delivery: "answered", message: /'nope'/ });
  await t.rejects(mistaken.constructor(), { code: "UNKNOWN_METHOD" });
  await t.rejects(mistaken.countTo(3), { code: "WRONG_KIND", message: /is stream, not unary/ });
  await t.rejects(mistaken.echo("x").response, { code: "WRONG_KIND", message: /is unary, not stream/ });
  await mistaken.blob();
  t.equal(await world.client.echo("on"), "on");
  t.equal(world.leftovers(), 0);
  await world.close();
});

t.test("where every server is about to stop calls wait for one that is not, and fail as never begun", async (t) => {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const world = rocketWorld({ platform });
  t.equal(await clock.until(world.client.echo("up")), "up");
  world.dispatcher.draining = true;
  const begun = platform.now();
  const calls = [world.client.countTo(3).response, world.client.echo("x"), world.client.add([1])];
  const errors = await clock.until(Promise.all(calls.map((call) => call.then(String, (error: unknown) => error))));
  for (const error of errors)
    t.match(error, { code: /SHUTTING_DOWN|CONNECT_FAILED/, delivery: "unsent", message: /shutting down/ });
  t.ok(platform.now() - begun <= 5_200, "within the time to connect");
  t.ok(world.connections <= 5_200 / 50, `${world.connections} connections, not one after the other without rest`);
  world.dispatcher.draining = false;
  t.equal(await clock.until(world.client.echo("on")), "on");
  await world.close();
});
