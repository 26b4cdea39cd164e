/** A client whose server answers anything: every call must settle, as an answer or an error of ours, and nothing may be thrown elsewhere. */
import { Buffer } from "node:buffer";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { memoryPair } from "../../../lib/transport/memory.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { Stop, Streams } from "../../helpers/streams.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { CONVERSATIONS, record } from "../recording.ts";
import type { Target } from "../target.ts";

const TIMEOUT_MS = 1_000;

export async function replyTargets(): Promise<Target[]> {
  const targets: Target[] = [];
  for (const [name, options] of Object.entries(CONVERSATIONS)) {
    const { replies } = await record(options);
    targets.push({ name: `reply/${name}`, seeds: [replies], run: (bytes) => call(options, bytes) });
  }
  return targets;
}

async function call(options: ConnectOptions, answer: Buffer): Promise<void> {
  const platform = new VirtualPlatform();
  const channel = connect(answering(answer), { ...options, platform, timeoutMs: TIMEOUT_MS });
  const client = createClient(Streams, channel);
  const calls: Promise<unknown>[] = [client.echo("hello"), client.blob(Buffer.alloc(3)), client.wait(1)];
  if (options.protocol === "rocket") calls.push(readAll(client.countTo(3)));
  const outcomes = await platform.clock.until(Promise.allSettled(calls), 60_000);
  for (const outcome of outcomes)
    if (outcome.status === "rejected" && !(outcome.reason instanceof ThriftError || outcome.reason instanceof Stop))
      throw outcome.reason;
  await platform.clock.until(channel.close());
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

/** Says `answer` as soon as something is asked, then no more. */
function answering(answer: Buffer): Dialer {
  return {
    target: "memory",
    async dial() {
      const [here, there] = memoryPair();
      let asked = false;
      there.start({
        onData() {
          if (asked) return;
          asked = true;
          there.write(Buffer.from(answer));
        },
        onDrain() {},
        onEnd: () => there.end(),
        onClose() {},
      });
      return here;
    },
  };
}
