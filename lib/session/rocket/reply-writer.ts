/**
 * Writes a server's answers: a result, a failure, a refusal. Knows metadata and codecs, not when a call is over.
 */
import { Buffer } from "node:buffer";
import { ResponseTooBig } from "../../call/response-too-big.ts";
import type { ServerCall } from "../../call/server-call.ts";
import type { ResultCodec } from "../../codec/codec.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { ErrorCode } from "../../errors/errors.ts";
import { closeMetadata, openMetadata, writeBytes } from "../../framing/rocket/frame.ts";
import { Flag } from "../../framing/rocket/frame-type.ts";
import { openPayload } from "../../framing/rocket/payload.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { ThriftException } from "../../schema/exception.ts";
import type { Method } from "../../schema/service.ts";
import { isA } from "../../user-values/thrown.ts";
import { checksumOf } from "./checksum.ts";
import { declaredException, undeclaredException } from "./exception-of.ts";
import type { ItemCompression } from "./item-sender.ts";
import type { RocketLink } from "./link.ts";
import { packPayload } from "./payload-compression.ts";
import type { ResponseOptions } from "./response-metadata.ts";
import { writeResponseMetadata } from "./response-metadata.ts";

/** N and C: the answer is all there is. */
export const WHOLE: number = Flag.NEXT | Flag.COMPLETE;

/** What a reply is written for. */
export interface Answered {
  readonly seqid: number;
  readonly method: { readonly name: string };
  readonly compression: ItemCompression;
  /** Whether a checksum goes with the result. */
  readonly checksums: boolean;
  /** Undefined: none. */
  readonly replyHeaders: ReadonlyMap<string, string> | undefined;
}

/** A unary call with its outcome. */
export interface AnsweredCall extends Answered {
  readonly method: Method;
  readonly protocol: Protocol;
  readonly state: ServerCall["state"];
  readonly outcome: unknown;
}

export class ReplyWriter {
  readonly #link: RocketLink;

  constructor(link: RocketLink) {
    this.#link = link;
  }

  /** Answers a unary call that has its outcome; `onUntold` gets the error that its caller is not told. Throws when not even a failure can be written. */
  answer(call: AnsweredCall, onUntold: (error: unknown) => void): void {
    const codec = methodCodec(call.method, call.protocol);
    let error = call.outcome;
    if (call.state === "succeeded") {
      try {
        return void this.value(call, codec, call.outcome, WHOLE);
      } catch (unfit) {
        error = unfit;
      }
    }
    const untold = this.failure(call, codec, error);
    if (untold !== undefined) onUntold(untold);
  }

  /** A result: whole, or with N alone the first response of a stream. Throws when it does not fit, and nothing was written. False: it leaves in pieces, `onWritten` is called with the last, or when it is dropped. */
  value(call: Answered, codec: ResultCodec, value: unknown, flags: number, onWritten?: () => void): boolean {
    const link = this.#link;
    const start = link.begin();
    try {
      openPayload(link.out, call.seqid, flags | Flag.METADATA);
      this.#metadata(call, flags, 0, undefined);
      const data = link.out.pos;
      codec.writeResult(link.out, value);
      const bytes = link.out.pos - data;
      link.judgeSize("reply", start);
      if (call.checksums || bytes >= call.compression.fromBytes) this.#markAndPack(call, flags, start, data);
    } catch (error) {
      link.abort(start);
      throw error;
    }
    return link.end(start, onWritten, onWritten);
  }

  #metadata(call: Answered, flags: number, compression: number, crc32c: number | undefined): void {
    const { form, out } = this.#link;
    const hole = openMetadata(out);
    const first = flags !== WHOLE;
    if (!first && compression === 0 && crc32c === undefined && call.replyHeaders === undefined)
      writeBytes(out, form.successResponse);
    else
      writeResponseMetadata(form, out, {
        compression,
        crc32c,
        headers: call.replyHeaders,
        streamId: first ? call.seqid : undefined,
      });
    closeMetadata(out, hole);
  }

  /** Writes the answer anew, with a checksum in its metadata or with its data compressed. */
  #markAndPack(call: Answered, flags: number, start: number, data: number): void {
    const { out } = this.#link;
    const { algorithm, fromBytes } = call.compression;
    const plain = Buffer.from(out.view(data));
    const packed = plain.length >= fromBytes ? packPayload(algorithm, plain) : undefined;
    if (packed === undefined && !call.checksums) return;
    out.pos = start;
    openPayload(out, call.seqid, flags | Flag.METADATA);
    this.#metadata(call, flags, packed === undefined ? 0 : algorithm, call.checksums ? checksumOf(plain) : undefined);
    writeBytes(out, packed ?? plain);
  }

  /** What the handler threw, or a result that `value` could not write. Returns what the caller was not told: undefined for a declared exception. */
  failure(call: Answered, codec: ResultCodec, error: unknown): unknown {
    const link = this.#link;
    const start = link.begin();
    let untold = error;
    try {
      if (!isA(error, ResponseTooBig) && this.#declared(call, codec, error, start)) {
        link.end(start);
        return undefined;
      }
    } catch (unfit) {
      // What could not be written is then the exception; of any other error it only says how it was looked at.
      if (isA(error, ThriftException)) untold = unfit;
    }
    link.abort(start);
    try {
      if (isA(untold, ResponseTooBig)) throw untold;
      this.#undeclared(call, untold);
    } catch (tooBig) {
      link.abort(start);
      this.refuse(call.seqid, "RESPONSE_TOO_BIG", (tooBig as Error).message);
    }
    return untold ?? new Error("a handler failed with nothing");
  }

  #declared(call: Answered, codec: ResultCodec, error: unknown, start: number): boolean {
    if (!isA(error, Error)) return false;
    this.#openFailure(call, { exception: declaredException(error), headers: call.replyHeaders });
    if (!codec.writeException(this.#link.out, error)) return false;
    this.#link.judgeSize("reply", start);
    return true;
  }

  #undeclared(call: Answered, error: unknown): void {
    const start = this.#link.begin();
    this.#openFailure(call, {
      exception: undeclaredException(error, `internal error in '${call.method.name}'`),
      headers: call.replyHeaders,
    });
    // Its headers alone may be too much.
    this.#link.judgeSize("reply", start);
    this.#link.end(start);
  }

  #openFailure(call: Answered, options: ResponseOptions): void {
    const { out, form } = this.#link;
    openPayload(out, call.seqid, WHOLE | Flag.METADATA);
    const hole = openMetadata(out);
    writeResponseMetadata(form, out, options);
    closeMetadata(out, hole);
  }

  /** Says that a request was not carried out, or is given up. */
  refuse(streamId: number, code: ErrorCode, what: string): void {
    this.#link.rpcError(streamId, code, what);
  }
}
