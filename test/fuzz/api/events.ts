/** What befalls a world between calls: time, weather, restarts, closings, odd neighbours, garbage. */
import { Buffer } from "node:buffer";
import type { Channel } from "../../../lib/client/channel.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { type Server, serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { isA } from "../../../lib/user-values/thrown.ts";
import { Chance, mutate } from "../random.ts";
import { describe } from "./calls.ts";
import { DIALERS } from "./dialers.ts";
import { Oops, put } from "./domain.ts";
import { register } from "./handlers.ts";
import { CONNECT_OPTIONS, isHopeless, type Kind, SERVE_OPTIONS } from "./options.ts";
import { type AnyClient, Stage } from "./stage.ts";
import type { Step } from "./story.ts";
import type { World } from "./world.ts";

type Of<Kind extends Step["do"]> = Extract<Step, { readonly do: Kind }>;

/** Longest that something takes which is to be over at once. */
const AT_ONCE_MS = 5_000;
/** A call of a neighbour with options that may be too small for anything. */
const NEIGHBOUR_MS = 2_000;

export class Events {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get #stage(): Stage {
    return this.#world.stage;
  }

  #wrong(text: string): void {
    this.#stage.wrongs.push(text);
  }

  /** Waits for what must be over by then; undefined when it is not. */
  async #within<T>(what: string, promise: Promise<T>, ms: number = AT_ONCE_MS): Promise<T | undefined> {
    try {
      return await this.#stage.platform.clock.until(promise, ms);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("not settled")) throw error;
      this.#wrong(`${what} did not come to an end within ${ms} ms`);
      return undefined;
    }
  }

  async pass({ ms }: Of<"pass">): Promise<void> {
    await this.#stage.platform.clock.advance(ms);
  }

  async leap({ ms }: Of<"leap">): Promise<void> {
    this.#stage.disturb();
    const { clock } = this.#stage.platform;
    // An interceptor may have answered its caller and left the call on its way.
    for (const call of this.#stage.calls) if (call.runs === 0) call.disturbed = true;
    clock.leap(ms);
    for (const call of this.#stage.calls) if (!call.settled) call.deadline = Math.max(call.deadline, clock.now);
    // What was closed meanwhile is seen by the other side only after a while.
    await clock.advance(50);
  }

  async reset(): Promise<void> {
    if (this.#world.story.key === "memory") return;
    this.#stage.disturb();
    this.#stage.platform.resetAll();
    await this.#stage.platform.clock.settle();
  }

  /** Nothing that is sent arrives; then every connection breaks, for what was lost is lost. */
  async silence({ ms }: Of<"silence">): Promise<void> {
    const { platform } = this.#stage;
    this.#stage.disturb();
    platform.weather.blackHole = true;
    await platform.clock.advance(ms);
    platform.weather.blackHole = false;
    this.#stage.disturb();
    platform.resetAll();
    await platform.clock.settle();
  }

  async restart({ how, timeoutMs, downMs }: Of<"restart">): Promise<void> {
    const { server } = this.#world;
    this.#stage.disturb();
    if (how === "close") await this.#within("server.close()", server.close());
    else await this.#drain(server, timeoutMs);
    this.#stage.disturb();
    await this.#stage.platform.clock.advance(downMs);
    await this.#world.up();
  }

  async #drain(server: Server, name: string): Promise<void> {
    const options = {};
    put(options, "timeoutMs", name);
    const drained = server.drain(options).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // One that waits as long as it takes is helped.
    this.#stage.platform.clock.startOwn(20_000, () => void server.close());
    const failed = await this.#within("server.drain()", drained, 60_000);
    if (failed !== undefined) this.#checkRefusal(`drain({ timeoutMs: ${name} })`, failed.error);
    await this.#within("server.close()", server.close());
  }

  #checkRefusal(what: string, error: unknown): void {
    if (isA(error, Oops) || (isA(error, ThriftError) && error.code === "CONFIGURATION")) return;
    this.#wrong(`${what} failed with ${describe(error)}, right is CONFIGURATION`);
  }

  async close({ channel, times }: Of<"close">): Promise<void> {
    const closed = this.#world.channels[channel] as Channel;
    this.#stage.disturb((call) => call.plan.channel === channel);
    const closings = Array.from({ length: times }, () => closed.close());
    const late = (this.#world.clients[channel] as unknown as AnyClient)["touch"]?.(-1).catch((error: unknown) => error);
    await this.#within("channel.close()", Promise.all(closings));
    const error: unknown = await this.#within("a call on a closed channel", late as Promise<unknown>);
    if (!(isA(error, ThriftError) && error.code === "CLOSED"))
      this.#wrong(`a call on a closed channel gave ${describe(error)}`);
    this.#world.open(channel);
  }

  /** A channel with an odd option: refused at once, or one whose calls settle. Nobody else notices. */
  async connect({ option, value }: Of<"connect">): Promise<void> {
    const options = { ...this.#world.connectOptions };
    put(options, option, value);
    const what = `connect({ ${option}: ${value} })`;
    let channel: Channel;
    try {
      channel = connect(this.#world.dialer, options);
    } catch (error) {
      return this.#checkRefusal(what, error);
    }
    if (isHopeless(this.#kindOf(option), value)) this.#wrong(`${what} was taken, right is CONFIGURATION`);
    await this.#callOnce(what, channel);
  }

  #kindOf(option: string): Kind {
    if (option === "datagrams" && this.#world.wire.datagrams !== undefined) return "object";
    return CONNECT_OPTIONS[option] ?? "unknown";
  }

  async #callOnce(what: string, channel: Channel): Promise<void> {
    const client = createClient(this.#stage.pair.client, channel) as unknown as AnyClient;
    let called: Promise<unknown>;
    try {
      called = client["say"]?.(-1, "a neighbour", { timeoutMs: NEIGHBOUR_MS });
    } catch (error) {
      this.#wrong(`a call after ${what} threw at once: ${describe(error)}`);
      called = Promise.resolve();
    }
    await this.#within(
      `a call after ${what}`,
      called.catch(() => undefined),
      NEIGHBOUR_MS + 1_000,
    );
    await this.#within(`channel.close() after ${what}`, channel.close());
  }

  /** A server with an odd option, in a place of its own. */
  async serve({ option, value }: Of<"serve">): Promise<void> {
    const link = memory();
    const options = { ...this.#world.serveOptions };
    put(options, option, value);
    const what = `serve({ ${option}: ${value} })`;
    const own = new Stage(this.#stage.platform, this.#stage.pair, false);
    const serving = serve(link.listener, (registry) => register(own, registry), options).then(
      (server) => ({ server }),
      (error: unknown) => ({ error }),
    );
    const served = await this.#within(what, serving);
    if (served === undefined) return;
    if ("error" in served) return this.#checkRefusal(what, served.error);
    if (isHopeless(SERVE_OPTIONS[option] ?? "unknown", value)) this.#wrong(`${what} was taken, right is CONFIGURATION`);
    const { datagrams: _, ...ofConnections } = this.#world.connectOptions;
    await this.#callOnce(what, connect(link.dialer, ofConnections));
    await this.#within(`server.close() after ${what}`, served.server.close());
  }

  /** Another server wants the same place: it is refused, and the one that is there goes on. */
  async squat(): Promise<void> {
    const { story, wire } = this.#world;
    if (story.key === "memory" && wire.datagrams === undefined) return;
    const serving = this.#world.serveAgain().then(
      () => undefined,
      (error: unknown) => error,
    );
    const error = await this.#within("a second serve() in the same place", serving);
    if ((error as { code?: unknown } | undefined)?.code !== "EADDRINUSE")
      this.#wrong(`a second serve() in the same place gave ${describe(error)}`);
  }

  /** A channel with a dialer that does what it likes. */
  async dialer({ how }: Of<"dialer">): Promise<void> {
    const dialer = DIALERS[how]?.(this.#world.dialer, this.#stage) as Dialer;
    const { datagrams: _, ...ofConnections } = this.#world.connectOptions;
    const what = `a channel whose dialer ${how}`;
    try {
      await this.#callOnce(what, connect(dialer, { ...ofConnections, connectTimeoutMs: 500 }));
    } catch (error) {
      this.#wrong(`${what} failed with ${describe(error)}`);
    }
  }

  async lie({ towards, lie, at, seed }: Of<"lie">): Promise<void> {
    if (towards === "server") this.#stage.repeated = true;
    this.#stage.lied = true;
    // Where nothing says how long a message is, pieces of it are dropped or come twice: JSON that lacks a letter is JSON.
    const pieces = lie !== "cut" && lie !== "silence" && this.#world.wire.lengthBytes === undefined;
    if (lie === "mutate" || lie === "slip" || lie === "foreign" || pieces || towards === "server")
      this.#stage.mutated = true;
    (towards === "server" ? this.#world.toServer : this.#world.toClient).plan(lie, at, seed);
  }

  /** A client that says what others have said, spoilt, and leaves. */
  async garbage({ seed, bytes }: Of<"garbage">): Promise<void> {
    const { platform } = this.#stage;
    this.#stage.repeated = true;
    const chance = new Chance(seed);
    const heard = this.#world.overheard;
    const said =
      heard.length === 0 ? Buffer.alloc(bytes, seed) : mutate(Buffer.concat(heard), chance.pick(heard), chance);
    const dialing = this.#world.dialer.dial(platform, new AbortController().signal).catch(() => undefined);
    const transport = await this.#within("a dial", dialing);
    if (transport === undefined) return;
    const nothing = (): void => {};
    transport.start({ onData: nothing, onDrain: nothing, onEnd: nothing, onClose: nothing });
    transport.write(said);
    await platform.clock.advance(20);
    transport.destroy();
    await platform.clock.settle();
  }
}
