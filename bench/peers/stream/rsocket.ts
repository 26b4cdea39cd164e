/** npm rsocket 0.0.27 over TCP: request-stream one way, request-channel the other, the items as they are. */
import { requirePackage } from "../../root.ts";
import type { StreamClient, StreamContender, StreamServer } from "../../stream/contender.ts";
import { agreed, itemsOf, Supply, Tally } from "../../stream/items.ts";
import { connectRsocket, type Payload, serveRsocket } from "../rpc/rsocket.ts";

interface Subscription {
  request(count: number): void;
  cancel(): void;
}

interface Subscriber {
  onSubscribe(subscription: Subscription): void;
  onNext(payload: Payload): void;
  onComplete(): void;
  onError?(error: Error): void;
}

/** Payloads that come as they are asked for. */
interface Flowable {
  subscribe(subscriber: Subscriber): void;
}

interface Socket {
  requestStream(payload: Payload): Flowable;
  requestChannel(payloads: Flowable): Flowable;
  close(): void;
}

const { Flowable: FlowableClass } = requirePackage<{
  Flowable: new (source: (subscriber: Subscriber) => void) => Flowable;
}>("rsocket-flowable");

/** Bytes that may be on their way, as at ours; an item is asked for again when half of them are used. */
const WINDOW_BYTES = 1 << 20;
const MAX_WINDOW_ITEMS = 1024;

const numberPayload = (value: number): Payload => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return { data };
};

/** As many as are asked for, until the supply ends. */
function flowing(supply: () => Supply<Payload>): Flowable {
  return new FlowableClass((subscriber) => {
    const items = supply();
    subscriber.onSubscribe({
      cancel: () => {},
      request(count) {
        for (let left = count; left > 0; left--) {
          const item = items.take();
          if (item === undefined) return subscriber.onComplete();
          subscriber.onNext(item);
        }
      },
    });
  });
}

async function countOf(items: Flowable, itemBytes: number): Promise<number> {
  const tally = new Tally(itemBytes);
  const half = Math.min(MAX_WINDOW_ITEMS, WINDOW_BYTES / itemBytes) / 2;
  await new Promise<void>((resolve, reject) => {
    let subscription: Subscription;
    items.subscribe({
      onSubscribe(given) {
        subscription = given;
        subscription.request(2 * half);
      },
      onNext({ data }) {
        tally.add(data);
        if (tally.count % half === 0) subscription.request(half);
      },
      onComplete: resolve,
      onError: reject,
    });
  });
  return tally.total();
}

/** One payload, the count, when all of `payloads` are there. */
function answering(payloads: Flowable, itemBytes: number): Flowable {
  return new FlowableClass((subscriber) => {
    subscriber.onSubscribe({ cancel: () => {}, request: () => {} });
    countOf(payloads, itemBytes).then(
      (count) => {
        subscriber.onNext(numberPayload(count));
        subscriber.onComplete();
      },
      (error: Error) => subscriber.onError?.(error),
    );
  });
}

async function serve(itemBytes: number): Promise<StreamServer> {
  const supply = new Supply(itemsOf(itemBytes).map((data) => ({ data })));
  const { port, close } = await serveRsocket({
    requestStream: ({ data }: Payload) => flowing(() => supply.begin(data.readUInt32BE())),
    requestChannel: (payloads: Flowable) => answering(payloads, itemBytes),
  });
  return { port, sent: () => supply.given, close };
}

async function connect(port: number, itemBytes: number): Promise<StreamClient> {
  const socket = await connectRsocket<Socket>(port);
  const supply = new Supply(itemsOf(itemBytes).map((data) => ({ data })));
  return {
    receive: (ms) => countOf(socket.requestStream(numberPayload(ms)), itemBytes),
    async send(ms) {
      const before = supply.given;
      const got = await answerOf(socket.requestChannel(flowing(() => supply.begin(ms))));
      return agreed(supply.given - before, got);
    },
    close: () => socket.close(),
  };
}

function answerOf(answers: Flowable): Promise<number> {
  return new Promise((resolve, reject) => {
    answers.subscribe({
      onSubscribe: (subscription) => subscription.request(1),
      onNext: ({ data }) => resolve(data.readUInt32BE()),
      onComplete: () => {},
      onError: reject,
    });
  });
}

export const rsocket: StreamContender = { name: "npm rsocket", serve, connect };
