/**
 * Watches both directions of a Rocket connection and notes what fbthrift's C++ peers would end the connection for, as their
 * sources say it (state machines of streams, sinks and bidirectional calls, credit, flags, fragments). It was never run beside
 * such a peer. It changes nothing.
 */
import { Frame } from "../../lib/framing/rocket/frame.ts";
import { rocketFrameReader } from "../../lib/framing/rocket/frame-reader.ts";
import { Flag, FrameType, UNLIMITED_CREDIT } from "../../lib/framing/rocket/frame-type.ts";
import { readFrame } from "../../lib/framing/rocket/read-frame.ts";
import { Reassembly } from "../../lib/framing/rocket/reassembly.ts";
import { readSetup } from "../../lib/framing/rocket/setup.ts";
import { binaryMetadata, compactMetadata, metadataReader } from "../../lib/session/rocket/metadata-form.ts";
import { RequestMetadata, RpcKind, readRequestMetadata } from "../../lib/session/rocket/request-metadata.ts";
import { readResponseMetadata } from "../../lib/session/rocket/response-metadata.ts";
import { readStreamMetadata } from "../../lib/session/rocket/stream-metadata.ts";
import type { Transport, TransportEvents } from "../../lib/transport/transport.ts";

interface Stream {
  readonly kind: number;
  /** The first response is on its way to the client. */
  answered: boolean;
  /** No frame of the server may follow. */
  serverDone: boolean;
  /** No item of the client may follow. */
  clientDone: boolean;
  /** The client gave up: what the server still sends was on its way. */
  abandoned: boolean;
  serverCredit: number;
  clientCredit: number;
}

export class StrictRocketPeer {
  readonly violations: string[] = [];
  readonly frames: string[] = [];
  readonly #streams = new Map<number, Stream>();
  readonly #fromClient = new Direction(
    (frame) => this.#onClientFrame(frame),
    (frame) => this.#onRequestBegins(frame),
    this.violations,
    "client",
  );
  readonly #fromServer = new Direction(
    (frame) => this.#onServerFrame(frame),
    () => {},
    this.violations,
    "server",
  );
  #form = compactMetadata;
  #setUp = false;
  #answeredSetup = false;
  #lastId = -1;

  /** Puts itself between two transports. */
  readonly between = (client: Transport, server: Transport): [Transport, Transport] => [
    watched(client, (bytes) => this.#fromClient.push(bytes)),
    watched(server, (bytes) => this.#fromServer.push(bytes)),
  ];

  /** Streams that neither side has ended. */
  get open(): number {
    return [...this.#streams.values()].filter(
      (stream) => !stream.abandoned && !(stream.serverDone && stream.clientDone),
    ).length;
  }

  #blame(who: string, frame: Frame, what: string): void {
    this.violations.push(
      `${who}: frame 0x${frame.type.toString(16)} flags 0x${frame.flags.toString(16)} on stream ${frame.streamId}: ${what}`,
    );
  }

  #onClientFrame(frame: Frame): void {
    const blame = (what: string): void => this.#blame("client", frame, what);
    if (!this.#setUp) {
      this.#setUp = true;
      if (frame.type !== FrameType.SETUP) return blame("before SETUP");
      const setup = readSetup(frame);
      if (setup.metadataMimeType.endsWith("binary")) this.#form = binaryMetadata;
      if (frame.buf.readUInt32BE(frame.metadataStart) !== 0xf09f9a80) blame("SETUP without the key");
      return;
    }
    if (frame.type === FrameType.SETUP) return blame("second SETUP");
    if (frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.REQUEST_CHANNEL)
      return this.#onRequest(frame, blame);
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined) {
      if (frame.streamId !== 0) blame("on a stream that was never opened");
      return;
    }
    this.#onClientStreamFrame(frame, stream, blame);
  }

  /** Ids grow with the first piece of each request. */
  #onRequestBegins(frame: Frame): void {
    if (frame.streamId % 2 === 0 || frame.streamId <= this.#lastId)
      this.#blame("client", frame, `id behind ${this.#lastId}`);
    this.#lastId = frame.streamId;
  }

  #onRequest(frame: Frame, blame: (what: string) => void): void {
    const { streamId } = frame;
    const metadata = new RequestMetadata();
    const r = metadataReader();
    r.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    readRequestMetadata(this.#form.encoding, r, metadata);
    if (metadata.protocol < 0 || metadata.kind < 0 || metadata.nameEnd === metadata.nameStart)
      blame("metadata without protocol, name or kind");
    if (frame.type === FrameType.REQUEST_FNF) return;
    const sends = metadata.kind === RpcKind.SINK || metadata.kind === RpcKind.BIDI;
    if (metadata.kind === RpcKind.SINK && frame.credit < 2)
      blame(`sink with credit ${frame.credit}, at least 2 needed`);
    this.#streams.set(streamId, {
      kind: metadata.kind,
      answered: false,
      serverDone: false,
      clientDone: !sends,
      abandoned: false,
      serverCredit: metadata.kind === RpcKind.UNARY ? 1 : frame.credit,
      clientCredit: 0,
    });
  }

  #onClientStreamFrame(frame: Frame, stream: Stream, blame: (what: string) => void): void {
    switch (frame.type) {
      case FrameType.CANCEL:
        if (stream.kind === RpcKind.SINK && stream.answered) blame("a sink is given up by ERROR, not CANCEL");
        if (stream.kind === RpcKind.BIDI && stream.answered) stream.serverDone = true;
        else stream.abandoned = true;
        return;
      case FrameType.ERROR:
        if (stream.kind === RpcKind.UNARY || stream.kind === RpcKind.STREAM)
          blame("ERROR where the client sends no items");
        if (stream.clientDone) blame("ERROR behind the end of the items");
        stream.clientDone = true;
        if (stream.kind === RpcKind.SINK) stream.abandoned = true;
        return;
      case FrameType.REQUEST_N:
        if (!stream.answered) blame("REQUEST_N before the first response");
        if (stream.kind === RpcKind.SINK || stream.kind === RpcKind.UNARY) blame("REQUEST_N where no elements come");
        stream.serverCredit = Math.min(UNLIMITED_CREDIT, stream.serverCredit + frame.credit);
        return;
      case FrameType.PAYLOAD:
        return this.#onClientItem(frame, stream, blame);
      default:
        return blame("not for a client");
    }
  }

  #onClientItem(frame: Frame, stream: Stream, blame: (what: string) => void): void {
    if (!stream.answered) blame("PAYLOAD before the first response");
    if (stream.clientDone && !stream.serverDone) blame("PAYLOAD behind the end of the items");
    if (frame.has(Flag.COMPLETE)) stream.clientDone = true;
    if (!frame.has(Flag.NEXT)) return this.#checkBareEnd(frame, blame);
    const failure = this.#elementOutcome(frame, blame) === "failure";
    if (failure !== frame.has(Flag.COMPLETE)) blame(failure ? "a failure without COMPLETE" : "an item with COMPLETE");
    if (failure && stream.kind === RpcKind.SINK) stream.abandoned = true;
    if (!failure && stream.clientCredit-- <= 0) blame("an item without credit");
  }

  #checkBareEnd(frame: Frame, blame: (what: string) => void): void {
    if (frame.end !== frame.metadataStart) blame("an end with metadata or data");
  }

  #elementOutcome(frame: Frame, blame: (what: string) => void): "value" | "failure" {
    const r = metadataReader();
    r.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    const { outcome } = readStreamMetadata(this.#form, r);
    if (outcome === "absent") blame("an item without payloadMetadata");
    return typeof outcome === "object" ? "failure" : "value";
  }

  #onServerFrame(frame: Frame): void {
    const blame = (what: string): void => this.#blame("server", frame, what);
    if (!this.#answeredSetup) {
      this.#answeredSetup = true;
      if (frame.type !== FrameType.METADATA_PUSH && frame.type !== FrameType.ERROR) blame("before the setup response");
      return;
    }
    if (frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.REQUEST_CHANNEL)
      return blame("request from a server");
    if (frame.type === FrameType.SETUP) return blame("SETUP from a server");
    if (frame.streamId === 0) return;
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined) return blame("on a stream that was never opened");
    if (stream.serverDone && !stream.abandoned && stream.kind !== RpcKind.BIDI) blame("behind its end");
    if (frame.type === FrameType.ERROR) {
      stream.serverDone = stream.clientDone = true;
      return;
    }
    if (frame.type === FrameType.REQUEST_N) {
      if (stream.kind !== RpcKind.SINK && stream.kind !== RpcKind.BIDI)
        blame("REQUEST_N where the client sends no items");
      if (!stream.answered) blame("REQUEST_N before the first response");
      stream.clientCredit = Math.min(UNLIMITED_CREDIT, stream.clientCredit + frame.credit);
      return;
    }
    if (frame.type === FrameType.CANCEL) {
      if (stream.kind !== RpcKind.BIDI && stream.kind !== RpcKind.SINK) blame("CANCEL where the client sends no items");
      // What the client has on its way is no mistake of its own.
      stream.clientCredit = UNLIMITED_CREDIT;
      return;
    }
    this.#onServerPayload(frame, stream, blame);
  }

  #onServerPayload(frame: Frame, stream: Stream, blame: (what: string) => void): void {
    const complete = frame.has(Flag.COMPLETE);
    if (!stream.answered) {
      stream.answered = true;
      return this.#onFirstResponse(frame, stream, complete, blame);
    }
    if (complete) stream.serverDone = true;
    if (!frame.has(Flag.NEXT)) {
      if (stream.kind === RpcKind.SINK) blame("a sink ends with a final response");
      return this.#checkBareEnd(frame, blame);
    }
    const failure = this.#elementOutcome(frame, blame) === "failure";
    if (stream.kind === RpcKind.SINK) {
      if (!complete) blame("final response without COMPLETE");
      stream.clientDone = true;
    } else if (failure !== complete) blame(failure ? "a failure without COMPLETE" : "an element with COMPLETE");
    if (stream.serverCredit-- <= 0 && !stream.abandoned && !failure) blame("an element without credit");
  }

  #onFirstResponse(frame: Frame, stream: Stream, complete: boolean, blame: (what: string) => void): void {
    if (!frame.has(Flag.NEXT)) return blame("first response without NEXT");
    const r = metadataReader();
    r.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    const { outcome } = readResponseMetadata(this.#form, r);
    if (outcome === "absent") blame("response without payloadMetadata");
    const ends = stream.kind === RpcKind.UNARY || typeof outcome === "object";
    if (ends !== complete) blame(ends ? "an answer without COMPLETE" : "first response of a stream with COMPLETE");
    if (ends) stream.serverDone = stream.clientDone = true;
    if (stream.serverCredit-- <= 0) blame("first response without credit");
  }
}

/** Cuts one direction into frames and joins fragments, checking the flags of each piece. */
class Direction {
  readonly #reader;
  readonly #frame = new Frame();
  readonly #reassembly = new Reassembly({ maxMessageBytes: 1 << 26, maxHeldBytes: 1 << 30, maxMessages: 1 << 20 });

  constructor(onWhole: (frame: Frame) => void, onRequest: (frame: Frame) => void, violations: string[], who: string) {
    const read = (buf: Buffer, start: number, end: number): void => {
      const frame = this.#frame;
      readFrame(frame, buf, start, end);
      const request = frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.REQUEST_CHANNEL;
      if (frame.type === FrameType.CANCEL || frame.type === FrameType.ERROR) this.#reassembly.drop(frame.streamId);
      if (!request && frame.type !== FrameType.PAYLOAD) return onWhole(frame);
      if (request) onRequest(frame);
      if (
        frame.type === FrameType.PAYLOAD &&
        frame.has(Flag.FOLLOWS) &&
        (!frame.has(Flag.NEXT) || frame.has(Flag.COMPLETE))
      )
        violations.push(`${who}: fragment with flags 0x${frame.flags.toString(16)}`);
      if (this.#reassembly.add(frame)) onWhole(frame);
    };
    this.#reader = rocketFrameReader(
      {
        onFrame: (buf, start, end) => {
          try {
            read(buf, start, end);
          } catch (error) {
            violations.push(`${who}: ${(error as Error).message}`);
          }
          return true;
        },
      },
      0xffffff,
    );
  }

  push(bytes: Buffer): void {
    this.#reader.push(Buffer.from(bytes));
  }
}

/** The same transport, with what is written shown to `see`. */
function watched(transport: Transport, see: (bytes: Buffer) => void): Transport {
  return {
    peer: transport.peer,
    get queuedBytes() {
      return transport.queuedBytes;
    },
    start: (events: TransportEvents) => transport.start(events),
    write(bytes) {
      see(bytes);
      return transport.write(bytes);
    },
    pause: () => transport.pause(),
    resume: () => transport.resume(),
    end: () => transport.end(),
    destroy: (cause) => transport.destroy(cause),
  };
}
