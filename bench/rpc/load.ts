/** The client's side of a call benchmark: a fixed number of calls in flight on each connection, for some time. */
import type { Done, EchoClient, MessageName, RpcContender } from "./echo.ts";
import { LatencySamples } from "./latency.ts";

export interface LoadResult {
  readonly calls: number;
  readonly elapsedMs: number;
  /** Not sorted yet: that is work which must not count as the client's. */
  readonly latency: LatencySamples;
}

/** Connections ready to be driven, again and again. */
export interface Load {
  run(ms: number): Promise<LoadResult>;
  close(): void;
}

export async function callLoad(
  contender: RpcContender,
  port: number,
  message: MessageName,
  connections: number,
  inFlight: number,
): Promise<Load> {
  const clients: EchoClient[] = [];
  for (let i = 0; i < connections; i++) clients.push(await contender.connect(port, message));
  return {
    run: (ms) => new ClosedLoop(clients, inFlight).run(ms),
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

/** The clock is read for one call in this many where many are in flight, so that reading it does not weigh on the fast. */
const SAMPLE_EVERY = 17;

/** Each call that returns is followed by the next on the same connection, until the time is over and all are back. */
class ClosedLoop {
  readonly #clients: readonly EchoClient[];
  readonly #inFlight: number;
  readonly #sampleEvery: number;
  readonly #latency = new LatencySamples();
  #calls = 0;
  #issued = 0;
  #live = 0;
  #end = 0;
  #over = false;
  #error: unknown;
  #finished: () => void = () => {};

  constructor(clients: readonly EchoClient[], inFlight: number) {
    this.#clients = clients;
    this.#inFlight = inFlight;
    this.#sampleEvery = clients.length * inFlight >= SAMPLE_EVERY ? SAMPLE_EVERY : 1;
  }

  async run(ms: number): Promise<LoadResult> {
    const begin = performance.now();
    this.#end = begin + ms;
    const finished = new Promise<void>((resolve) => (this.#finished = resolve));
    for (const client of this.#clients) for (let i = 0; i < this.#inFlight; i++) this.#start(client);
    await finished;
    if (this.#error !== undefined) throw this.#error;
    return { calls: this.#calls, elapsedMs: performance.now() - begin, latency: this.#latency };
  }

  /** One of the places in flight: its closures live as long as the run. */
  #start(client: EchoClient): void {
    let sentAt = 0;
    const issue = (): void => {
      sentAt = this.#issued++ % this.#sampleEvery === 0 ? performance.now() : 0;
      client.issue(done);
    };
    const done: Done = (error) => {
      this.#calls++;
      if (sentAt !== 0) this.#sample(sentAt);
      if (error !== undefined && error !== null) this.#stop(error);
      if (!this.#over) issue();
      else if (--this.#live === 0) this.#finished();
    };
    this.#live++;
    issue();
  }

  #sample(sentAt: number): void {
    const now = performance.now();
    this.#latency.add(now - sentAt);
    if (now >= this.#end) this.#over = true;
  }

  #stop(error: unknown): void {
    this.#error ??= error;
    this.#over = true;
  }
}
