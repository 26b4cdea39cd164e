/** The world of a story: a server, three channels to it, of which a liar stands on the last, and what may befall them. */
import type { Channel } from "../../../lib/client/channel.ts";
import { type Client, createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { type ServeOptions, type Server, serve } from "../../../lib/server/server.ts";
import { type MemoryLink, memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { Oops } from "./domain.ts";
import { register } from "./handlers.ts";
import { Lane, overheard, through } from "./liar.ts";
import { interceptor } from "./meddlers.ts";
import type { Stage } from "./stage.ts";
import type { Story } from "./story.ts";
import { type Wire, wireOf } from "./wires.ts";

export const CHANNELS = 3;
/** The channel on which the liar stands. */
export const LIAR = 2;
/** Of one message, at both ends alike. */
export const MAX_FRAME_BYTES = 100_000;
const PORT = 9_090;
/** In the kernel's own space: no file is looked at. */
const PATH = "\0fuzz";

const TIGHT_SERVE: ServeOptions = { maxRunningCalls: 2, maxCalls: 16, maxConnectionCalls: 8 };
const TIGHT_CONNECT: ConnectOptions = { maxQueuedCalls: 12 };
/** What only connections have, and only Rocket's. */
const TIGHT_CONNECTIONS: ServeOptions = { maxConnectionRequestBytes: 4_096, maxStreams: 4 };
const TIGHT_STREAMS: ConnectOptions = { streamItems: 4, streamBytes: 64 };

export class World {
  readonly stage: Stage;
  readonly story: Story;
  readonly wire: Wire;
  readonly channels: Channel[] = [];
  readonly clients: Client<never>[] = [];
  /** All servers that there were; the last one is up. */
  readonly servers: Server[] = [];
  readonly toServer: Lane;
  readonly toClient: Lane;
  readonly #heardToServer: Lane;
  readonly #heardToClient: Lane;
  readonly #link: MemoryLink = memory();

  constructor(stage: Stage, story: Story) {
    this.stage = stage;
    this.story = story;
    this.wire = wireOf(story.wire);
    stage.tellsTime = this.wire.headers && story.wire !== "auto";
    stage.readsLate = story.bounds === "tight" || this.wire.datagrams === "late";
    stage.platform.datagrams.weather = this.wire.datagrams ?? "fair";
    const lane = (mark?: string): Lane => new Lane(this.wire.lengthBytes, mark);
    const isHttp = this.wire.options.protocol === "http";
    this.toServer = lane();
    this.toClient = lane();
    this.#heardToServer = lane(isHttp ? "POST / HTTP/1.1" : undefined);
    this.#heardToClient = lane(isHttp ? "HTTP/1.1 200" : undefined);
    this.toServer.other = this.#heardToServer;
    this.toClient.other = this.#heardToClient;
  }

  get #listener(): Parameters<typeof serve>[0] {
    const { key } = this.story;
    if (this.wire.datagrams !== undefined) return udp.listen(PORT);
    return key === "memory" ? this.#link.listener : key === "tcp" ? tcp.listen(PORT) : unix.listen(PATH);
  }

  /** The plain way to the server. */
  get dialer(): Dialer {
    const { key } = this.story;
    if (this.wire.datagrams !== undefined) return udp("127.0.0.1", PORT);
    return key === "memory" ? this.#link.dialer : key === "tcp" ? tcp("10.0.0.1", PORT) : unix(PATH);
  }

  #dialerOf(channel: number): Dialer {
    if (this.wire.datagrams !== undefined) return this.dialer;
    if (channel === LIAR) return through(this.dialer, this.toServer, this.toClient);
    return channel === 0 ? overheard(this.dialer, this.#heardToServer, this.#heardToClient) : this.dialer;
  }

  /** What clients have sent on the first channel lately. */
  get overheard(): readonly Buffer[] {
    return this.#heardToServer.seen;
  }

  /** Over HTTP on the first channel: how many answers came beyond one for each request. */
  get surplusAnswers(): number {
    return Math.max(0, this.#heardToClient.marks - this.#heardToServer.marks);
  }

  get serveOptions(): ServeOptions {
    const { stage, story } = this;
    return {
      platform: stage.platform,
      maxFrameBytes: MAX_FRAME_BYTES,
      ...(this.wire.datagrams && { datagrams: { maxDatagramBytes: 65_507 } }),
      onError: (error) => {
        stage.told.push(error);
        if (story.onError === "throws") throw new Oops();
      },
      ...(story.bounds === "tight" && TIGHT_SERVE),
      ...(story.bounds === "tight" && this.wire.datagrams === undefined && TIGHT_CONNECTIONS),
      ...(story.interceptors && { interceptors: [interceptor(stage, "server")] }),
    };
  }

  get connectOptions(): ConnectOptions {
    const { stage, story } = this;
    return {
      platform: stage.platform,
      maxFrameBytes: MAX_FRAME_BYTES,
      ...this.wire.options,
      ...(story.bounds === "tight" && TIGHT_CONNECT),
      ...(story.bounds === "tight" && this.wire.datagrams === undefined && { maxUnsentBytes: 2_048 }),
      ...(story.bounds === "tight" && this.wire.streams && TIGHT_STREAMS),
      ...(story.interceptors && { interceptors: [interceptor(stage, "client")] }),
    };
  }

  get server(): Server {
    return this.servers[this.servers.length - 1] as Server;
  }

  async up(): Promise<void> {
    this.servers.push(await this.serveAgain());
  }

  /** Serves in the world's place, or tries to. */
  serveAgain(): Promise<Server> {
    return serve(this.#listener, (registry) => register(this.stage, registry), this.serveOptions);
  }

  /** Opens a channel, in the place of the one that was there. */
  open(channel: number): void {
    const opened = connect(this.#dialerOf(channel), this.connectOptions);
    this.channels[channel] = opened;
    this.clients[channel] = createClient(this.stage.pair.client, opened) as Client<never>;
    this.stage.clients = this.clients;
  }
}
