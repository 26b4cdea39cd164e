/**
 * What a request asks for: its metadata, the procedure that it names and the arguments; or why it is refused. Knows names and
 * codecs, not how much is admitted and not what becomes of a call.
 */
import { methodCodec } from "../../codec/method-codec.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { FrameType } from "../../framing/rocket/frame-type.ts";
import { binary } from "../../protocol/binary.ts";
import { compactFb } from "../../protocol/compact.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { MethodKind } from "../../schema/service.ts";
import type { Dispatcher, Procedure } from "../session.ts";
import { resetToData } from "./payload-value.ts";
import { RequestMetadata, RocketProtocol, RpcKind, readRequestMetadata } from "./request-metadata.ts";
import type { RocketLink } from "./rocket-link.ts";
import type { ServerInteractions } from "./server-interactions.ts";

/** Longest part of a caller's name for a method that stands in an error's text. */
const MAX_NAME_IN_TEXT = 200;

/** What each kind is called here, and which frame carries it. */
const KINDS: Readonly<Record<number, readonly [kind: MethodKind, frameType: number]>> = {
  [RpcKind.UNARY]: ["unary", FrameType.REQUEST_RESPONSE],
  [RpcKind.ONEWAY]: ["oneway", FrameType.REQUEST_FNF],
  [RpcKind.STREAM]: ["stream", FrameType.REQUEST_STREAM],
  [RpcKind.SINK]: ["sink", FrameType.REQUEST_CHANNEL],
  [RpcKind.BIDI]: ["bidi", FrameType.REQUEST_CHANNEL],
};

/** Why a request is not carried out. */
export interface RequestRefusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** One for a connection: `read` sets its fields anew for each request. */
export class RequestIntake {
  readonly metadata: RequestMetadata = new RequestMetadata();
  procedure: Procedure | undefined = undefined;
  args: unknown[] = [];
  /** Of arguments, results and items. */
  protocol: Protocol = compactFb;
  readonly #link: RocketLink;
  readonly #dispatcher: Dispatcher;
  readonly #interactions: ServerInteractions;

  constructor(link: RocketLink, dispatcher: Dispatcher, interactions: ServerInteractions) {
    this.#link = link;
    this.#dispatcher = dispatcher;
    this.#interactions = interactions;
  }

  /** Undefined when procedure, arguments and protocol are there. */
  read(frame: Frame): RequestRefusal | undefined {
    return this.#readMetadata(frame) ?? this.#find(frame) ?? this.#readArguments(frame);
  }

  /** The method's name, as far as it fits into a text. */
  name({ buf }: Frame): string {
    const { nameStart, nameEnd } = this.metadata;
    return buf.toString("utf8", nameStart, Math.min(nameEnd, nameStart + MAX_NAME_IN_TEXT));
  }

  #readMetadata(frame: Frame): RequestRefusal | undefined {
    const { metadata } = this;
    const { metadata: reader, form } = this.#link;
    try {
      reader.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
      readRequestMetadata(form.encoding, reader, metadata);
    } catch (error) {
      return unreadable((error as Error).message);
    }
    if (metadata.protocol !== RocketProtocol.BINARY && metadata.protocol !== RocketProtocol.COMPACT)
      return unreadable(`protocol ${metadata.protocol} in the request metadata, expected 0 or 2`);
    if (metadata.nameEnd === metadata.nameStart) return unreadable("request metadata without a method's name");
    if (KINDS[metadata.kind]?.[1] !== frame.type)
      return unreadable(`kind ${metadata.kind} in the request metadata, which does not fit its frame`);
    this.protocol = metadata.protocol === RocketProtocol.BINARY ? binary : compactFb;
    return undefined;
  }

  /** Looks in the request's interaction, if it has one. */
  #find(frame: Frame): RequestRefusal | undefined {
    const { nameStart, nameEnd, kind, interactionId } = this.metadata;
    const procedure =
      interactionId === undefined
        ? this.#dispatcher.find(frame.buf, nameStart, nameEnd)
        : this.#interactions.find(interactionId, this.name(frame));
    this.procedure = procedure;
    if (procedure === undefined) return this.#unknown(frame);
    const { method } = procedure;
    const called = KINDS[kind]?.[0];
    if (method.kind !== called)
      return { code: "WRONG_KIND", reason: `method '${method.name}' is ${method.kind}, not ${called}` };
    return this.metadata.createId === undefined ? undefined : this.#create(procedure, this.metadata.createId);
  }

  #unknown(frame: Frame): RequestRefusal {
    const { interactionId } = this.metadata;
    if (interactionId === undefined || this.#interactions.has(interactionId))
      return { code: "UNKNOWN_METHOD", reason: `unknown method '${this.name(frame)}'` };
    return { code: "UNKNOWN_SESSION", reason: `no interaction ${interactionId} on this connection` };
  }

  #create(procedure: Procedure, id: bigint): RequestRefusal | undefined {
    const reason = this.#interactions.refuses(procedure.method, id, this.metadata.createName ?? "");
    if (reason !== undefined) return { code: "SESSION_CREATE_FAILED", reason };
    this.procedure = this.#interactions.creating(procedure, id);
    return undefined;
  }

  #readArguments(frame: Frame): RequestRefusal | undefined {
    const { method } = this.procedure as Procedure;
    try {
      resetToData(this.#link, frame, this.metadata.compression);
      this.args = methodCodec(method, this.protocol).readArgs(this.#link.reader);
      return undefined;
    } catch (error) {
      return unreadable(`arguments of '${method.name}': ${(error as Error).message}`);
    }
  }
}

function unreadable(reason: string): RequestRefusal {
  return { code: "PROTOCOL_ERROR", reason };
}
