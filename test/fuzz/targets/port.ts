/**
 * The listening port, which finds out what a client speaks: it may refuse what it gets, but must go on answering others, and keep
 * nothing of a client that is gone.
 */
import { Buffer } from "node:buffer";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { memory } from "../../../lib/transport/memory.ts";
import type { Transport } from "../../../lib/transport/transport.ts";
import { Streams } from "../../helpers/streams.ts";
import { CONVERSATIONS, record, streamServer } from "../recording.ts";
import type { Target } from "../target.ts";

/** Turns of the event loop that a server has for what it was sent, and to forget a client that is gone. */
const TURNS = 400;

export async function portTargets(): Promise<Target[]> {
  const link = memory();
  const server = await streamServer(link);
  const channel = connect(link.dialer, { protocol: "framed" });
  const client = createClient(Streams, channel);
  await client.echo("begin");
  const targets: Target[] = [];
  for (const [name, options] of Object.entries(CONVERSATIONS)) {
    const { requests } = await record(options);
    targets.push({
      name: `port/${name}`,
      seeds: [requests],
      async run(bytes) {
        const transport = await link.dialer.dial(nodePlatform, new AbortController().signal);
        sendInPieces(transport, bytes);
        await turns(4);
        if ((await client.echo("well")) !== "well") throw new Error("a wrong answer to another client");
        transport.destroy();
        for (let i = 0; i < TURNS && (server.connections > 1 || server.load.inFlight > 0); i++) await turns(1);
        if (server.connections > 1) throw new Error(`${server.connections - 1} connections left`);
      },
    });
  }
  return targets;
}

/** In two pieces, cut where chance put the bytes' sum: so that the same bytes are cut the same way. */
function sendInPieces(transport: Transport, bytes: Buffer): void {
  transport.start({ onData() {}, onDrain() {}, onEnd() {}, onClose() {} });
  const cut = bytes.length === 0 ? 0 : bytes.reduce((sum, byte) => sum + byte, 0) % bytes.length;
  transport.write(Buffer.from(bytes.subarray(0, cut)));
  transport.write(Buffer.from(bytes.subarray(cut)));
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
