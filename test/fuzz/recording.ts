/** What real clients say to a real server, and what it answers, byte by byte. */
import { Buffer } from "node:buffer";
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import { type Server, serve } from "../../lib/server/server.ts";
import { memory } from "../../lib/transport/memory.ts";
import type { Dialer, Transport, TransportEvents } from "../../lib/transport/transport.ts";
import { Seen, streamHandlers } from "../helpers/rocket-world.ts";
import { Streams } from "../helpers/streams.ts";

/** How clients speak whose conversations are recorded. */
export const CONVERSATIONS: Readonly<Record<string, ConnectOptions>> = {
  "framed compact": { protocol: "framed" },
  "framed binary": { protocol: "framed", encoding: "binary" },
  "framed json": { protocol: "framed", encoding: "json" },
  "unframed compact": { protocol: "unframed" },
  "unframed binary": { protocol: "unframed", encoding: "binary" },
  "unframed json": { protocol: "unframed", encoding: "json" },
  header: { protocol: "header" },
  "header zlib": { protocol: "header", compressRequests: true },
  http: { protocol: "http" },
  rocket: { protocol: "rocket" },
  "rocket binary": { protocol: "rocket", encoding: "binary" },
  "rocket zlib": {
    protocol: "rocket",
    compressFromBytes: 1,
    replyCompression: { algorithm: "zlib", fromBytes: 1 },
    checksums: true,
  },
};

export interface Conversation {
  readonly requests: Buffer;
  readonly replies: Buffer;
}

export function streamServer(link: ReturnType<typeof memory>): Promise<Server> {
  // A client that has only said that it sends no more is still answered: a handler that took its time would keep it here.
  const handlers = { ...streamHandlers(new Seen()), wait: async () => "waited" };
  return serve(link.listener, (registry) => registry.add(Streams, handlers), { onError() {} });
}

export async function record(options: ConnectOptions): Promise<Conversation> {
  const link = memory();
  const server = await streamServer(link);
  const requests: Buffer[] = [];
  const replies: Buffer[] = [];
  const channel = connect(recorded(link.dialer, requests, replies), { ...options, timeoutMs: 10_000 });
  const client = createClient(Streams, channel);
  await client.echo("hello");
  await client.log("a line");
  await client.blob(Buffer.alloc(300, 7));
  await Promise.allSettled([client.echo("stop"), client.wait(0), client.echo("zażółć")]);
  if (options.protocol === "rocket") {
    for await (const _ of client.countTo(5));
    await client.add([1, 2, 3]);
    for await (const _ of client.upper(["a", "b"]));
  }
  await channel.close();
  await server.close();
  return { requests: Buffer.concat(requests), replies: Buffer.concat(replies) };
}

function recorded(dialer: Dialer, requests: Buffer[], replies: Buffer[]): Dialer {
  return {
    target: dialer.target,
    async dial(platform, signal) {
      const transport: Transport = await dialer.dial(platform, signal);
      return {
        peer: transport.peer,
        get queuedBytes() {
          return transport.queuedBytes;
        },
        start: (events: TransportEvents) =>
          transport.start({
            onData: (chunk) => {
              replies.push(Buffer.from(chunk));
              events.onData(chunk);
            },
            onDrain: () => events.onDrain(),
            onEnd: () => events.onEnd(),
            onClose: (cause) => events.onClose(cause),
          }),
        write(bytes) {
          requests.push(Buffer.from(bytes));
          return transport.write(bytes);
        },
        pause: () => transport.pause(),
        resume: () => transport.resume(),
        end: () => transport.end(),
        destroy: (cause) => transport.destroy(cause),
      };
    },
  };
}
