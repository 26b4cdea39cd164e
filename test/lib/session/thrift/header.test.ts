import { connect as openSocket } from "node:net";
import t from "tap";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { closeTTHeader, openTTHeader, readTTHeader, TTHeaderKey } from "../../../../lib/framing/header/ttheader.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { MessageType } from "../../../../lib/protocol/types.ts";
import { type ServeOptions, type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Stop, Streams } from "../../../helpers/streams.ts";

interface Served {
  readonly server: Server;
  readonly contexts: HandlerContext[];
  readonly seen: Seen;
}

async function served(options: ServeOptions = {}): Promise<Served> {
  const seen = new Seen();
  const contexts: HandlerContext[] = [];
  const handlers = streamHandlers(seen);
  const echo: typeof handlers.echo = (text, ctx) => {
    contexts.push(ctx);
    return handlers.echo(text, ctx);
  };
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.add(Streams, { ...handlers, echo }), {
    onError: (error) => seen.errors.push(error),
    ...options,
  });
  return { server, contexts, seen };
}

t.test(
  "calls over THeader in each encoding, compressed or not, with headers both ways and the time left",
  async (t) => {
    const { server, contexts } = await served();
    for (const encoding of ["binary", "compact", "compact-fb"] as const) {
      for (const compressRequests of [false, true]) {
        const channel = connect(server.address, { protocol: "header", encoding, compressRequests, timeoutMs: 5_000 });
        const client = createClient(Streams, channel);
        const got: [string, string][] = [];
        t.equal(
          await client.echo("héllo", { headers: { trace: "abc" }, onHeaders: (headers) => got.push(...headers) }),
          "héllo",
        );
        t.same(
          got.find(([name]) => name === "trace"),
          ["trace", "ABC"],
        );
        const context = contexts.at(-1) as HandlerContext;
        t.equal(context.headers.get("trace"), "abc");
        t.ok(context.timeLeftMs() <= 5_000);
        await t.rejects(client.echo("stop"), Stop);
        await t.rejects(client.echo("fail"), { code: "APP_ERROR" });
        t.equal((await client.blob(Buffer.alloc(100_000, "x"))).length, 100_000);
        await client.log("line");
        await channel.close();
      }
    }
    await server.close();
  },
);

t.test("a caller's time, as its header says it, aborts the handler", async (t) => {
  const { server, seen } = await served();
  const channel = connect(server.address, { protocol: "header" });
  const client = createClient(Streams, channel);
  await t.rejects(client.wait(60_000, { timeoutMs: 30 }), { code: "DEADLINE" });
  while (!seen.ended.includes("wait")) await new Promise((resolve) => setTimeout(resolve, 5));
  t.pass("its signal has aborted");
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.same(seen.errors, [], "that it stopped is no error");
  await channel.close();
  await server.close();
});

t.test("a streaming call over THeader fails and says what it needs", async (t) => {
  const { server } = await served();
  const channel = connect(server.address, { protocol: "header" });
  await t.rejects(createClient(Streams, channel).countTo(3).response, { code: "UNSUPPORTED", message: /rocket/ });
  await channel.close();
  await server.close();
});

t.test("answers Kitex's TTHeader in kind: its seqid, and the time it gives", async (t) => {
  const { server, contexts } = await served();
  const w = new ByteWriter();
  const start = openTTHeader(w, {
    seqid: 77,
    headers: new Map([["k", "v"]]),
    numbered: new Map([[TTHeaderKey.RPC_TIMEOUT_MS, "2500"]]),
  });
  binary.writeMessageBegin(w, Buffer.from("echo"), MessageType.CALL, 77);
  const e = binary.encoding;
  e.writeFieldBegin(w, 11, 1, 0);
  e.writeString(w, "kitex");
  e.writeStructEnd(w);
  closeTTHeader(w, start);
  const [host, port] = server.address.split(":") as [string, string];
  const socket = openSocket(Number(port), host);
  socket.write(w.view(0));
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) =>
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length >= 4 && all.length >= 4 + all.readUInt32BE(0)) resolve();
    }),
  );
  const all = Buffer.concat(chunks);
  const frame = readTTHeader(all, 4, all.length);
  t.match(frame, { seqid: 77, headers: new Map([["k", "V"]]) });
  t.match(frame.payload.toString("latin1"), /echo.*kitex/s);
  t.ok((contexts[0] as HandlerContext).timeLeftMs() <= 2500);
  socket.destroy();
  await server.close();
});

t.test("a frame with a transform that nobody knows ends the connection, not the server", async (t) => {
  const { server } = await served();
  const [host, port] = server.address.split(":") as [string, string];
  const socket = openSocket(Number(port), host);
  socket.write(Buffer.from("0000000e0fff000000000001000100010300", "hex"));
  await new Promise((resolve) =>
    socket
      .on("close", resolve)
      .resume()
      .on("error", () => {}),
  );
  const channel = connect(server.address, { protocol: "header" });
  t.equal(await createClient(Streams, channel).echo("on"), "on");
  await channel.close();
  await server.close();
});
