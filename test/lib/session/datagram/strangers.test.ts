/** What those get who are not our clients: nothing that they could use against us or others; and each drop is counted. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { createClient } from "../../../../lib/client/client.ts";
import { clientDial } from "../../../../lib/observe/diagnostics.ts";
import { compact } from "../../../../lib/protocol/compact.ts";
import { MessageType } from "../../../../lib/protocol/types.ts";
import { callEnvelopeBytes, writeCallEnvelope } from "../../../../lib/session/datagram/envelope.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { Counters } from "../../../helpers/counters.ts";
import { failed, type Scene, SERVER, scene } from "../../../helpers/datagram-scene.ts";

const STRANGER = { host: "10.0.0.66", port: 4_444 };

function message(name: string, type: number, seqid: number, args: string): Buffer {
  const out = new ByteWriter(256);
  compact.writeMessageBegin(out, Buffer.from(name), type, seqid);
  return Buffer.concat([out.view(0), Buffer.from(args, "hex")]);
}

function enveloped(client: string, cookie: string, body: Buffer, seqid: number): Buffer {
  const packet = Buffer.concat([Buffer.alloc(callEnvelopeBytes(cookie)), body]);
  writeCallEnvelope(packet, packet.length, compact, seqid, { client, timeLeftMs: 1_000, settledBelow: 0, cookie });
  return packet;
}

/** Bytes that go to the stranger, counted. */
function countAnswers(stage: Scene): { bytes: number; datagrams: number } {
  const answers = { bytes: 0, datagrams: 0 };
  stage.world.onDeliver = (bytes, _from, to) => {
    if (to.host !== STRANGER.host) return bytes;
    answers.bytes += bytes.length;
    answers.datagrams++;
    return undefined;
  };
  return answers;
}

async function tell(stage: Scene, bytes: Buffer): Promise<void> {
  stage.world.deliver(bytes, STRANGER, SERVER);
  await stage.world.run(5);
}

const NAMES = ["echo", "once", "text", "fail", "log", "count", "nobody", "x".repeat(150)];
/** Compact structs with a field 1: a small number, one that asks for a long text, a string; none; and no struct at all. */
const ARGS = ["150e00", "15900f00", "18036162 6300", "00", "15", "18ff"].map((hex) => hex.replaceAll(" ", ""));

scene("no address that has shown no cookie gets more than three times what it sent", async (t, stage) => {
  await stage.serve();
  const answers = countAnswers(stage);
  const datagram = fc.record({
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom(MessageType.CALL, MessageType.CALL, MessageType.ONEWAY, MessageType.REPLY),
    seqid: fc.integer({ min: 0, max: 3 }),
    args: fc.constantFrom(...ARGS),
    envelope: fc.constantFrom(undefined, "", "0".repeat(28)),
  });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(datagram, async ({ name, type, seqid, args, envelope }) => {
      const body = message(name, type, seqid, args);
      const bytes = envelope === undefined ? body : enveloped("00ff00ff00ff00ff", envelope, body, seqid);
      answers.bytes = answers.datagrams = 0;
      await tell(stage, bytes);
      answered += answers.datagrams;
      return answers.datagrams <= 1 && answers.bytes <= 3 * bytes.length;
    }),
    { numRuns: 500 },
  );
  t.ok(answered > 100, `${answered} of 500 were answered`);
});

scene("answers no prefix of a call, and counts each as malformed", async (t, stage) => {
  await stage.serve();
  const answers = countAnswers(stage);
  const call = message("echo", MessageType.CALL, 7, "150e00");
  const packet = enveloped("00ff00ff00ff00ff", "", message("once", MessageType.CALL, 7, "150e00"), 7);
  for (const whole of [call, packet])
    for (let length = 0; length < whole.length; length++) await tell(stage, whole.subarray(0, length));
  t.equal(answers.datagrams, 0);
  t.match(stage.counters, { malformed: call.length + packet.length, calls: 0 });
});

scene("answers a call with arguments that are none only where its bytes are proven whole", async (t, stage) => {
  await stage.serve();
  const answers = countAnswers(stage);
  await tell(stage, message("echo", MessageType.CALL, 1, "1503"));
  t.same([answers.datagrams, stage.counters.malformed], [0, 1]);
  await tell(stage, enveloped("00ff00ff00ff00ff", "", message("echo", MessageType.CALL, 1, "1503"), 1));
  t.same([answers.datagrams, stage.counters.malformed], [1, 1]);
});

scene("tells who calls a stream, or what is not there, that it will not do", async (t, stage) => {
  await stage.serve();
  const texts: string[] = [];
  stage.world.onDeliver = (bytes, _from, to) => {
    if (to.host === STRANGER.host) texts.push(bytes.toString("latin1"));
    return bytes;
  };
  for (const name of ["count", "nobody"])
    await tell(stage, message(name, MessageType.CALL, 1, `18${"40"}${"61".repeat(64)}00`));
  t.match(texts, [/'count' is a stream: UDP carries no streams, use TCP/, /unknown method 'nobody'/]);
});

scene("remembers nothing of who has not shown a cookie", async (t, stage) => {
  await stage.serve({ maxRememberedCalls: 2 });
  countAnswers(stage);
  for (let i = 0; i < 50; i++) {
    const client = i.toString(16).padStart(16, "0");
    await tell(stage, enveloped(client, "", message("once", MessageType.CALL, i, "150200"), i));
  }
  t.match(stage.counters, { challenged: 50, calls: 0, refused: 0 });
  t.equal(await stage.after(50, stage.counter.once(3)), 6, "there is room for others");
});

scene("leaves half of its memory to those who have shown a cookie", async (t, stage) => {
  await stage.serve({ maxRememberedCalls: 10 });
  const answers = countAnswers(stage);
  for (let i = 0; i < 50; i++) await tell(stage, message("once", MessageType.CALL, i, "150200"));
  t.equal(answers.datagrams, 50);
  t.match(stage.counters, { calls: 5, refused: 45 });
  t.equal(await stage.after(50, stage.counter.once(3)), 6);
  await stage.world.run(60_000);
  await tell(stage, message("once", MessageType.CALL, 99, "150200"));
  t.match(stage.counters, { calls: 7, refused: 45 });
});

scene("goes behind a message that it cannot use to those packed with it", async (t, stage) => {
  await stage.serve();
  const log = (line: string): Buffer =>
    message(
      "log",
      MessageType.ONEWAY,
      0,
      `18${Buffer.from([line.length]).toString("hex")}${Buffer.from(line).toString("hex")}00`,
    );
  const others = [
    message("nobody", MessageType.ONEWAY, 0, "18026162150200"),
    message("once", MessageType.ONEWAY, 0, "150200"),
  ];
  await tell(stage, Buffer.concat([log("a"), ...others, log("b")]));
  t.same(stage.lines, ["a", "b"]);
  t.match(stage.counters, { oneways: 2, onewaysDropped: 2, malformed: 0 });
  t.equal(stage.runs, 0, "a call with an answer is no oneway call");
});

scene("takes no answer with another seqid, to another method, or in another form", async (t, stage) => {
  const call = stage.counter.echo(7, { timeoutMs: 900 });
  let seqid = 0;
  stage.onRequest((bytes) => {
    seqid = bytes.readUInt8(2) & 0x7f;
    for (let i = 3, shift = 7; (bytes[i - 1] as number) & 0x80; i++, shift += 7)
      seqid |= ((bytes[i] as number) & 0x7f) << shift;
  });
  await stage.world.run(1);
  const forge = (name: string, at: number): void =>
    stage.clientSocket?.events.onDatagram(message(name, MessageType.REPLY, at, "0500c80100"), SERVER.host, SERVER.port);
  forge("echo", seqid + 1);
  forge("once", seqid);
  forge("ech", seqid);
  t.equal(await stage.after(10, call), "waiting");
  forge("echo", seqid);
  t.equal(await stage.after(10, call), 100, "the right one is taken");
});

scene("takes no plain answer to a call in an envelope, which a CRC covers", async (t, stage) => {
  const call = stage.counter.once(7, { timeoutMs: 900 });
  let seqid = 0;
  stage.onRequest((bytes) => {
    seqid = bytes.readInt32BE(8);
  });
  await stage.world.run(1);
  const forged = message("once", MessageType.REPLY, seqid, "0500c80100");
  stage.clientSocket?.events.onDatagram(forged, SERVER.host, SERVER.port);
  t.equal(await stage.after(10, call), "waiting");
  failed(t, await stage.after(1_000, call), "DEADLINE", "unknown", /./);
});

scene("counts and reports what it could not send", async (t, stage) => {
  await stage.serve();
  await stage.after(10, stage.counter.echo(1));
  stage.serverHost.queuedBytes = 5_000_000;
  await stage.after(
    10,
    stage.counter.echo(1, { timeoutMs: 5 }).catch(() => {}),
  );
  t.equal(stage.counters.sendFailures, 1);
  stage.serverHost.queuedBytes = 0;
  stage.serverHost.sendError = new Error("send ENOBUFS");
  await stage.after(
    10,
    stage.counter.echo(1, { timeoutMs: 5 }).catch(() => {}),
  );
  t.equal(stage.counters.sendFailures, 2);
  t.match(stage.errors, [{ message: "send ENOBUFS" }]);
});

scene(
  "tells a caller of a reply that the network does not take",
  async (t, stage) => {
    await stage.serve({ maxDatagramBytes: 65_507 });
    await stage.after(10, stage.counter.text(1));
    stage.serverHost.maxBytes = 9_216;
    failed(
      t,
      await stage.after(1_000, stage.counter.text(20_000)),
      "APP_ERROR",
      "answered",
      /reply of 20\d\d\d bytes, more than the network takes: lower maxDatagramBytes of the server, or use TCP/,
    );
    t.match(stage.errors, [{ code: "EMSGSIZE" }]);
  },
  { maxDatagramBytes: 65_507 },
);

scene("refuses an interaction, whether it is created by a call or by its first method", async (t, stage) => {
  await stage.serve();
  const counters = createClient(Counters, stage.channel);
  const refusal = /belongs to an interaction: UDP has none, use TCP/;
  failed(t, await stage.after(10, counters.open(1)), "UNSUPPORTED", "unsent", refusal);
  failed(t, await stage.after(10, counters.createCounter().client.add(1)), "UNSUPPORTED", "unsent", refusal);
  t.equal(stage.world.sent, 0);
});

scene(
  "packed calls settle when the channel closes under them, as not sent",
  async (t, stage) => {
    await stage.serve();
    await stage.after(10, stage.counter.echo(1));
    await stage.after(10, stage.counter.log("first"));
    const warm = stage.counter.log("warm");
    await stage.world.run(0);
    const packed = stage.after(10, stage.counter.log("never"));
    void stage.channel.close();
    await warm;
    failed(t, await packed, "CLOSED", "unsent", /channel closed/);
    t.same(stage.lines, ["first", "warm"]);
  },
  { packOneways: true },
);

scene(
  "a packed call that is cancelled may still arrive, and is not called unsent",
  async (t, stage) => {
    await stage.serve();
    await stage.after(10, stage.counter.echo(1));
    const warm = stage.counter.log("warm");
    await stage.world.run(0);
    const controller = new AbortController();
    const packed = stage.after(10, stage.counter.log("cancelled", { signal: controller.signal }));
    controller.abort();
    failed(t, await packed, "CANCELLED", "unknown", /cancelled by its caller/);
    await warm;
    t.same(stage.lines, ["warm", "cancelled"]);
  },
  { packOneways: true },
);

scene("publishes a refusal by the network, of which oneway calls do not hear", async (t, stage) => {
  const told: unknown[] = [];
  const listen = (event: unknown): void => void told.push(event);
  clientDial.subscribe(listen);
  await stage.after(10, stage.counter.log("to nobody"));
  stage.clientSocket?.events.onError(new Error("recvmsg ECONNREFUSED"));
  clientDial.unsubscribe(listen);
  t.match(told, [{ target: "udp://10.0.0.1:9000", attempt: 1, error: { message: "recvmsg ECONNREFUSED" } }]);
});
