/** What every transport must do, whichever it is. */
import { randomBytes } from "node:crypto";
import type { Test } from "tap";
import { nodePlatform } from "../../lib/platform/node.ts";
import type { Dialer, Listener, Transport, TransportEvents } from "../../lib/transport/transport.ts";

/** Collects what a transport reports. */
export class Received implements TransportEvents {
  readonly chunks: Buffer[] = [];
  drains = 0;
  ended = false;
  closes: (Error | undefined)[] = [];
  #waiting: [() => boolean, () => void][] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  onData(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#check();
  }

  onDrain(): void {
    this.drains++;
    this.#check();
  }

  onEnd(): void {
    this.ended = true;
    this.#check();
  }

  onClose(cause?: Error): void {
    this.closes.push(cause);
    this.#check();
  }

  /** Resolves when `condition` holds; it is looked at whenever something was reported. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push([condition, resolve]);
      this.#check();
    });
  }

  #check(): void {
    const ready = this.#waiting.filter(([condition]) => condition());
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const [, resolve] of ready) resolve();
  }
}

/** A way to make a place and what leads to it; `dialer` is asked for once the listener listens. */
export interface TransportKind {
  readonly listener: Listener;
  dialer(address: string): Dialer;
}

interface Pair {
  readonly here: Transport;
  readonly there: Transport;
  readonly near: Received;
  readonly far: Received;
}

/** More than the kernel and a transport hold between two ends of which one does not read. */
const MOST_KEPT = 64 << 20;

/** Runs the suite for one kind. */
export function transportContract(t: Test, name: string, make: () => TransportKind): void {
  const signal = new AbortController().signal;
  const open = async (t: Test): Promise<Pair> => {
    const kind = make();
    let arrived: (transport: Transport) => void;
    const arrival = new Promise<Transport>((resolve) => {
      arrived = resolve;
    });
    const address = await kind.listener.listen(nodePlatform, (transport) => arrived(transport), t.error);
    const here = await kind.dialer(address).dial(nodePlatform, signal);
    const there = await arrival;
    t.teardown(async () => {
      here.destroy();
      there.destroy();
      await kind.listener.close();
    });
    const [near, far] = [new Received(), new Received()];
    here.start(near);
    there.start(far);
    return { here, there, near, far };
  };

  t.test(`${name}: carries bytes both ways in order`, async (t) => {
    const { here, there, near, far } = await open(t);
    for (let i = 0; i < 10; i++) here.write(Buffer.from(`to ${i};`));
    there.write(Buffer.from("back"));
    await far.until(() => far.bytes.length === 50);
    await near.until(() => near.bytes.length === 4);
    t.equal(far.bytes.toString(), Array.from({ length: 10 }, (_, i) => `to ${i};`).join(""));
    t.equal(near.bytes.toString(), "back");
    t.type(here.peer, "string");
  });

  t.test(`${name}: the buffer is the writer's again when write gives true`, async (t) => {
    const { here, far } = await open(t);
    const buffer = Buffer.from("first");
    if (here.write(buffer)) buffer.fill(0);
    await far.until(() => far.bytes.length === 5);
    t.equal(far.bytes.toString(), "first");
  });

  t.test(`${name}: holds back while the reader has paused, and says when it has drained`, async (t) => {
    const { here, there, near, far } = await open(t);
    there.pause();
    // Nothing that compresses.
    const chunk = randomBytes(256 * 1024);
    let written = 0;
    // What works in the background, as TLS and zlib do, takes more in than it has sent; then that fills up as well.
    for (let full = false; !full && written < MOST_KEPT; full = here.queuedBytes > 0) {
      for (let free = true; free; written += chunk.length) free = here.write(Buffer.from(chunk));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    t.ok(here.queuedBytes > 0, "nothing moves");
    const { drains } = near;
    there.resume();
    await near.until(() => near.drains > drains);
    await far.until(() => far.bytes.length === written);
    t.equal(here.queuedBytes, 0);
  });

  t.test(`${name}: end lets the other side answer what it has read`, async (t) => {
    const { here, there, near, far } = await open(t);
    here.write(Buffer.from("question"));
    here.end();
    await far.until(() => far.ended);
    t.equal(far.bytes.toString(), "question");
    there.write(Buffer.from("answer"));
    there.end();
    await near.until(() => near.ended && near.closes.length > 0);
    await far.until(() => far.closes.length > 0);
    t.equal(near.bytes.toString(), "answer");
    t.same([near.closes, far.closes], [[undefined], [undefined]]);
  });

  t.test(`${name}: destroy closes both sides, once each`, async (t) => {
    const { here, near, far } = await open(t);
    const cause = new Error("enough");
    here.destroy(cause);
    here.destroy();
    await near.until(() => near.closes.length > 0);
    await far.until(() => far.ended || far.closes.length > 0);
    t.same(near.closes, [cause]);
  });

  t.test(`${name}: refuses when nobody listens any more`, async (t) => {
    const kind = make();
    const address = await kind.listener.listen(nodePlatform, (transport) => transport.destroy(), t.error);
    await kind.listener.close();
    await t.rejects(kind.dialer(address).dial(nodePlatform, signal), { code: /ECONNREFUSED|ENOENT/ });
  });

  t.test(`${name}: does not dial when told not to`, async (t) => {
    const kind = make();
    const address = await kind.listener.listen(nodePlatform, (transport) => transport.destroy(), t.error);
    t.teardown(() => kind.listener.close());
    await t.rejects(kind.dialer(address).dial(nodePlatform, AbortSignal.abort(new Error("not now"))), {
      message: "not now",
    });
  });
}
