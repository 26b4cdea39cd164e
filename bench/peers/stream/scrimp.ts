/** Ours over Rocket with its defaults: every check, limit and window. */
import { type Client, connect as connectChannel, createClient, serve as serveThrift, tcp } from "../../../lib/index.ts";
import { inTurn, sameLength, sameMsg, smallMessages } from "../../rpc/echo.ts";
import type { SharingClient, SharingContender, StreamServer } from "../../stream/contender.ts";
import { agreed, BIG_BYTES, itemsOf, Supply, Tally } from "../../stream/items.ts";
import { Streams, type StreamsMethods } from "../../stream/service.ts";

async function serve(itemBytes: number): Promise<StreamServer> {
  const items = itemsOf(itemBytes);
  const supply = new Supply(items);
  const big = Buffer.alloc(BIG_BYTES, 7);
  const server = await serveThrift(
    tcp.listen(0, { host: "127.0.0.1" }),
    (registry) =>
      registry.add(Streams, {
        give: (ms) => supply.begin(ms),
        take: (given) => countOf(given, itemBytes),
        rest: () => oneOf(items),
        echo: (message) => message,
        big: (bytes) => big.subarray(0, bytes),
      }),
    // The client is told, and fails.
    { onError: () => {} },
  );
  const port = Number(server.address.split(":").at(-1));
  return { port, sent: () => supply.given, close: () => void server.close() };
}

/** Of streams that are measured for longer than a call may take that does not say so. */
const LASTING = { timeoutMs: Number.POSITIVE_INFINITY };

async function countOf(items: AsyncIterable<Buffer>, itemBytes: number): Promise<number> {
  const tally = new Tally(itemBytes);
  for await (const item of items) tally.add(item);
  return tally.total();
}

async function* oneOf(items: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield items[0]!;
  await new Promise(() => {});
}

async function connect(port: number, itemBytes: number): Promise<SharingClient> {
  const channel = connectChannel(`127.0.0.1:${port}`);
  const client = createClient(Streams, channel);
  const supply = new Supply(itemsOf(itemBytes));
  await client.big(1);
  return {
    receive: (ms) => countOf(client.give(ms, LASTING), itemBytes),
    async send(ms) {
      const before = supply.given;
      const got = await client.take(supply.begin(ms), LASTING);
      return agreed(supply.given - before, got);
    },
    ...shared(client),
    close: () => void channel.close(),
  };
}

function shared(client: Client<StreamsMethods>): Pick<SharingClient, "rest" | "small" | "big"> {
  const next = inTurn(smallMessages(BigInt));
  return {
    async rest() {
      const items = client.rest(LASTING)[Symbol.asyncIterator]();
      await items.next();
      items.next().catch(() => {});
    },
    async small() {
      const sent = next();
      throwIf(sameMsg(sent, await client.echo(sent)));
    },
    async big(bytes) {
      throwIf(sameLength({ length: bytes }, await client.big(bytes)));
    },
  };
}

function throwIf(error: Error | undefined): void {
  if (error !== undefined) throw error;
}

export const scrimp: SharingContender = { name: "scrimp", serve, connect };
