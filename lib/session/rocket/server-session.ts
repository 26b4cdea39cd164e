/**
 * The answering side of a Rocket connection: takes the client's SETUP, admits requests, keeps their streams, and says farewell.
 * Knows one connection; what procedures there are is its dispatcher's.
 *
 *     setup → open → draining (refuses what is new) → closed
 */
import { callRefusal, partingRefusal, type Refusal, streamRefusal } from "../../call/admission.ts";
import type { TurnedAway } from "../../call/load.ts";
import type { Procedure } from "../../call/procedure.ts";
import { RunningCalls, type RunningCallsOwner } from "../../call/running-calls.ts";
import type { Connection } from "../../connection/connection.ts";
import { ConnectionError, type DeadlineError, DecodeError, ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode, FrameType } from "../../framing/rocket/frame-type.ts";
import { openMetadataPush } from "../../framing/rocket/metadata-push.ts";
import { readSetup } from "../../framing/rocket/setup.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { Timer } from "../../platform/platform.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import { type LinkOptions, type LinkPeer, RocketLink } from "./link.ts";
import { weightOf } from "./payload-value.ts";
import { readClientPush, writeDrainComplete, writeSetupResponse } from "./push-metadata.ts";
import { ReplyWriter } from "./reply-writer.ts";
import type { RequestHost } from "./request-intake.ts";
import { RocketServerCall } from "./server-call.ts";
import { ServerInteractions } from "./server-interactions.ts";
import { acceptSetup } from "./server-setup.ts";
import { ServerStreams, type ServerStreamsOwner } from "./server-streams.ts";

/** How long a draining connection without calls waits for its client to leave, so that a request on its way is still answered. */
const DRAIN_GRACE_MS = 500;
export class RocketServerSession
  implements ServerSession, LinkPeer, RunningCallsOwner<RocketServerCall>, ServerStreamsOwner, RequestHost
{
  readonly link: RocketLink;
  readonly replies: ReplyWriter;
  readonly dispatcher: ServerSessionOwner;
  readonly interactions: ServerInteractions;
  readonly #connection: Connection;
  readonly #calls: RunningCalls<RocketServerCall>;
  readonly #streams: ServerStreams;
  #state: "setup" | "open" | "draining" = "setup";
  #grace: Timer | undefined;
  /** The client has said that it will send no more. */
  #left = false;

  constructor(connection: Connection, dispatcher: ServerSessionOwner, options: LinkOptions) {
    this.#connection = connection;
    this.dispatcher = dispatcher;
    this.interactions = new ServerInteractions(dispatcher);
    this.link = new RocketLink(connection, this, options);
    this.replies = new ReplyWriter(this.link);
    const share = dispatcher.load.hosts.join(connection.peer);
    this.#calls = new RunningCalls(dispatcher, connection.platform, share, this);
    this.#streams = new ServerStreams(this, share);
    this.link.start("rocket");
  }

  /** Calls and streams that are not over for their caller. */
  get inFlight(): number {
    return this.#calls.awaited + this.#streams.awaited;
  }

  get restingSince(): number | undefined {
    const { quiet, usedAt } = this.#connection;
    const works = this.#calls.size + this.#streams.size + this.#streams.awaited > 0;
    return quiet && !works && !this.#left && this.#state !== "draining" ? usedAt : undefined;
  }

  /** Calls and streams whose handlers run, with messages not all there and bytes that wait: zero when nothing is left behind. */
  get leftovers(): number {
    return this.#calls.size + this.#calls.requestBytes + this.#streams.size + this.link.leftovers;
  }

  get readsOn(): boolean {
    return this.#connection.hasRoom && this.#calls.requestBytes < this.dispatcher.limits.maxConnectionRequestBytes;
  }

  expects(streamId: number): boolean {
    return this.#streams.get(streamId) !== undefined;
  }

  onMessage(frame: Frame): void {
    if (this.#state === "setup") return this.#onSetup(frame);
    switch (frame.type) {
      case FrameType.REQUEST_RESPONSE:
      case FrameType.REQUEST_FNF:
      case FrameType.REQUEST_STREAM:
      case FrameType.REQUEST_CHANNEL:
        return this.#onRequest(frame);
      case FrameType.CANCEL:
        return this.#onCancel(frame);
      case FrameType.METADATA_PUSH:
        return this.#onPush(frame);
      case FrameType.SETUP:
      case FrameType.RESUME:
        throw new DecodeError("invalid", "rocket SETUP in the middle of a connection");
      default:
        // What belongs to no stream any more is late.
        this.#streams.get(frame.streamId)?.onMessage(frame);
    }
  }

  #onSetup(frame: Frame): void {
    if (frame.type === FrameType.RESUME)
      return this.#rejectSetup(ErrorFrameCode.REJECTED_RESUME, "resuming is not supported");
    if (frame.type !== FrameType.SETUP)
      throw new DecodeError(
        "invalid",
        `rocket connection that begins with a frame of type 0x${frame.type.toString(16)}`,
      );
    const accepted = acceptSetup(readSetup(frame), frame, this.link.metadata);
    if ("refused" in accepted) return this.#rejectSetup(accepted.code, accepted.refused);
    this.#state = "open";
    this.link.form = accepted.form;
    const start = this.link.begin();
    openMetadataPush(this.link.out);
    writeSetupResponse(this.link.out, accepted.response);
    this.#connection.endFrame(start);
    if (this.dispatcher.draining) this.finish();
  }

  #rejectSetup(code: number, text: string): void {
    this.link.errorText(0, code, text);
    this.#connection.end(new ConnectionError("PROTOCOL_ERROR", text, { delivery: "answered" }));
  }

  /** The way in, in this order: limits, draining, metadata, arguments; every refusal says that nothing was begun. */
  #onRequest(frame: Frame): void {
    const { streamId } = frame;
    if (streamId % 2 === 0 || this.#calls.get(streamId) !== undefined || this.expects(streamId))
      throw new DecodeError("invalid", `rocket request on stream ${streamId}, which may not be`);
    const { intake } = this.link.desk;
    const oneway = frame.type === FrameType.REQUEST_FNF;
    const single = oneway || frame.type === FrameType.REQUEST_RESPONSE;
    const refusal =
      (oneway ? undefined : partingRefusal(this.dispatcher, this.#state === "draining")) ??
      (single ? callRefusal(this.dispatcher, this.#calls) : this.#streamRefusal()) ??
      intake.read(this, frame);
    if (refusal !== undefined) return this.#refuse(streamId, oneway, refusal);
    const procedure = intake.procedure as Procedure;
    const bytes = weightOf(this.link, frame);
    const call = new RocketServerCall(
      this.#connection,
      procedure,
      streamId,
      bytes,
      this.#connection.now(),
      intake.metadata,
      intake.protocol,
    );
    if (single) this.#calls.run(call, intake.args);
    else this.#streams.open(call, intake.args, frame.credit);
  }

  #streamRefusal(): Refusal | undefined {
    return streamRefusal(this.dispatcher, this.#streams, this.link.rocketLimits.maxStreams);
  }

  /** Nothing of it was begun: its caller is told, unless it expects no answer. */
  #refuse(streamId: number, oneway: boolean, { code, reason }: Refusal): void {
    if (!oneway) this.replies.refuse(streamId, code, reason);
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: this.#connection.peer, reason });
  }

  onOutcome(call: RocketServerCall): void {
    this.#calls.leave(call);
    if (!this.#connection.open) return;
    try {
      this.replies.answer(call, (untold) => this.dispatcher.reportError(untold, call));
    } catch (error) {
      // What cannot even be told as a failure ends the connection.
      this.dispatcher.reportError(error, call);
      this.#connection.destroy(error as Error);
    }
  }

  onTurnedAway(call: RocketServerCall, why: TurnedAway): void {
    this.#calls.leave(call);
    this.#refuse(call.seqid, call.method.kind === "oneway", why);
  }

  onExpired(call: RocketServerCall, reason: DeadlineError): void {
    this.#calls.giveUp(call, reason);
    if (call.method.kind !== "oneway") this.replies.refuse(call.seqid, "DEADLINE", reason.message);
    this.afterCall();
  }

  #onCancel(frame: Frame): void {
    const { streamId } = frame;
    const call = this.#calls.get(streamId);
    if (call === undefined) return this.#streams.get(streamId)?.onMessage(frame);
    const told = { delivery: "answered", phase: "handler" } as const;
    this.#calls.giveUp(call, new ThriftError("CANCELLED", "cancelled by its caller", told));
    this.afterCall();
  }

  #onPush(frame: Frame): void {
    this.link.metadata.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    const push = readClientPush(this.link.form, this.link.metadata);
    if (push.kind !== "interactionTerminate") return;
    this.interactions.end(push.interactionId).catch((error: unknown) => this.dispatcher.reportError(error, undefined));
  }

  afterCall(): void {
    this.link.readOn();
    if (this.inFlight === 0) this.#onIdle();
  }

  #onIdle(): void {
    if (this.#left) return this.#connection.end();
    if (this.#state !== "draining" || this.#grace !== undefined || !this.#connection.open) return;
    const { platform } = this.#connection;
    // A process that was held up for so long has not looked at the network: what has come meanwhile is still answered.
    this.#grace = platform.startTimer(DRAIN_GRACE_MS, true, () => platform.afterPoll(() => this.#leave()));
  }

  /** Says that all is answered, and closes. */
  #leave(): void {
    this.#grace = undefined;
    if (this.inFlight > 0 || !this.#connection.open) return;
    const start = this.link.begin();
    openMetadataPush(this.link.out);
    writeDrainComplete(this.link.out);
    this.#connection.endFrame(start);
    this.#connection.end();
  }

  /** Tells the client that nothing new is taken, and closes after the last answer. */
  finish(): void {
    if (this.#state === "setup") return this.#connection.end();
    if (this.#state === "draining") return;
    this.#state = "draining";
    this.link.errorText(0, ErrorFrameCode.CONNECTION_CLOSE, "server is shutting down");
    if (this.inFlight === 0) this.#onIdle();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}
  onPong(): void {}

  onDrain(): void {
    this.link.onDrain();
  }

  /** The client leaves: calls are still answered, but streams end, because it can no longer grant credit or cancel. */
  onEnd(): void {
    this.#left = true;
    const error = new ConnectionError("CONNECTION_LOST", "client sends no more", { peer: this.#connection.peer });
    this.#streams.lose(error);
    if (this.inFlight === 0) this.#connection.end();
  }

  onUnreadable(error: Error): void {
    if (this.#state !== "setup") this.link.errorText(0, ErrorFrameCode.CONNECTION_ERROR, error.message);
  }

  onClose(error: ConnectionError): void {
    this.#streams.stop();
    if (this.#grace !== undefined) this.#connection.platform.stopTimer(this.#grace);
    this.#calls.abandon(error);
    this.#streams.lose(error);
    this.interactions.endAll((error) => this.dispatcher.reportError(error, undefined));
    this.link.close();
    this.dispatcher.load.hosts.part(this.#calls.share);
    this.dispatcher.onSessionClose(this);
  }
}
