/**
 * What a request asks for: its metadata, the procedure that it names and the arguments; or why it is refused. Knows names and
 * codecs, not how much is admitted and not what becomes of a call.
 */
import type { Refusal } from "../../call/admission.ts";
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { Procedure } from "../../call/procedure.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { FrameType } from "../../framing/rocket/frame-type.ts";
import { binary } from "../../protocol/binary.ts";
import { compactFb } from "../../protocol/compact.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { MethodKind } from "../../schema/service.ts";
import { damageOf, type PayloadReading, resetToData } from "./payload-value.ts";
import { RequestMetadata, RocketProtocol, RpcKind, readRequestMetadata } from "./request-metadata.ts";
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

/** The connection that a request came on, and what its server can do. */
export interface RequestHost {
  readonly link: PayloadReading;
  readonly dispatcher: Dispatcher;
  readonly interactions: ServerInteractions;
}

const NO_ARGS: unknown[] = [];

/** Used for one request after another: `read` sets its fields anew for each. */
export class RequestIntake {
  readonly metadata: RequestMetadata = new RequestMetadata();
  procedure: Procedure | undefined = undefined;
  args: unknown[] = NO_ARGS;
  /** The protocol of arguments, results and items. */
  protocol: Protocol = compactFb;

  /** Undefined when procedure, arguments and protocol are there. */
  read(host: RequestHost, frame: Frame): Refusal | undefined {
    return this.#readMetadata(host, frame) ?? this.#find(host, frame) ?? this.#readArguments(host, frame);
  }

  /** Forgets the request. */
  letGo(): void {
    this.procedure = undefined;
    this.args = NO_ARGS;
  }

  /** The method's name, cut to what fits into a text. */
  name({ buf }: Frame): string {
    const { nameStart, nameEnd } = this.metadata;
    return buf.toString("utf8", nameStart, Math.min(nameEnd, nameStart + MAX_NAME_IN_TEXT));
  }

  #readMetadata({ link }: RequestHost, frame: Frame): Refusal | undefined {
    const { metadata } = this;
    const { metadata: reader, form } = link;
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
  #find(host: RequestHost, frame: Frame): Refusal | undefined {
    const { nameStart, nameEnd, interactionId, createId } = this.metadata;
    const { dispatcher, interactions } = host;
    if (interactionId !== undefined) return this.#take(host, frame, interactions.find(interactionId, this.name(frame)));
    const procedure = dispatcher.find(frame.buf, nameStart, nameEnd);
    if (createId === undefined) return this.#take(host, frame, procedure);
    if (procedure === undefined) return this.#perform(host, frame, createId);
    return this.#take(host, frame, procedure) ?? this.#create(host, procedure, createId);
  }

  #take(host: RequestHost, frame: Frame, procedure: Procedure | undefined): Refusal | undefined {
    this.procedure = procedure;
    if (procedure === undefined) return this.#unknown(host, frame);
    const { method } = procedure;
    const called = KINDS[this.metadata.kind]?.[0];
    return method.kind === called
      ? undefined
      : { code: "WRONG_KIND", reason: `method '${method.name}' is ${method.kind}, not ${called}` };
  }

  #unknown({ interactions }: RequestHost, frame: Frame): Refusal {
    const { interactionId } = this.metadata;
    if (interactionId === undefined || interactions.has(interactionId))
      return { code: "UNKNOWN_METHOD", reason: `unknown method '${this.name(frame)}'` };
    return { code: "UNKNOWN_SESSION", reason: `no interaction ${interactionId} on this connection` };
  }

  #create({ interactions }: RequestHost, procedure: Procedure, id: bigint): Refusal | undefined {
    const reason = interactions.refuses(procedure.method, id, this.metadata.createName ?? "");
    if (reason !== undefined) return { code: "SESSION_CREATE_FAILED", reason };
    this.procedure = interactions.creating(procedure, id);
    return undefined;
  }

  /** A call of an interaction that a service performs, and that this call begins. */
  #perform(host: RequestHost, frame: Frame, id: bigint): Refusal | undefined {
    const { dispatcher, interactions } = host;
    const performed = dispatcher.performed(this.metadata.createName ?? "");
    if (performed === undefined) return this.#unknown(host, frame);
    const reason = interactions.refusesId(id);
    if (reason !== undefined) return { code: "SESSION_CREATE_FAILED", reason };
    interactions.perform(performed, id);
    return this.#take(host, frame, interactions.find(id, this.name(frame)));
  }

  #readArguments({ link }: RequestHost, frame: Frame): Refusal | undefined {
    const { method } = this.procedure as Procedure;
    try {
      resetToData(link, frame, this.metadata.compression);
      const damage = damageOf(link, this.metadata.crc32c);
      if (damage !== undefined) return { code: "CHECKSUM", reason: `arguments of '${method.name}': ${damage}` };
      this.args = methodCodec(method, this.protocol).readArgs(link.reader);
      return undefined;
    } catch (error) {
      return unreadable(`arguments of '${method.name}': ${(error as Error).message}`);
    }
  }
}

function unreadable(reason: string): Refusal {
  return { code: "PROTOCOL_ERROR", reason };
}
