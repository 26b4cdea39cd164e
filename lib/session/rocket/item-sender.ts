/**
 * Writes a stream's items as PAYLOAD frames: elements, the end, a failure. Knows one stream id and the codec of its items; when
 * an item may go is the pump's matter.
 */
import { ResponseTooBig } from "../../call/response-too-big.ts";
import type { ResultCodec } from "../../codec/codec.ts";
import { closeMetadata, openMetadata, writeBytes } from "../../framing/rocket/frame.ts";
import { Flag } from "../../framing/rocket/frame-type.ts";
import { openPayload, writeComplete } from "../../framing/rocket/payload.ts";
import type { Turns } from "../../queue/turns.ts";
import { ThriftException } from "../../schema/exception.ts";
import type { ItemWriter } from "../../stream/item-pump.ts";
import { isA } from "../../user-values/thrown.ts";
import { declaredException, undeclaredException } from "./exception-of.ts";
import type { RocketLink } from "./link.ts";
import { packPayload } from "./payload-compression.ts";
import type { ExceptionMetadata } from "./payload-metadata.ts";
import { writeStreamMetadata } from "./stream-metadata.ts";

/** How the items of a stream are compressed. */
export interface ItemCompression {
  /** 0: not at all. */
  readonly algorithm: number;
  readonly fromBytes: number;
}

/** What a source threw, or an item that does not fit; `declared` if the IDL knows it. */
export interface SourceFailure {
  readonly error: unknown;
  readonly declared: boolean;
}

export const PLAIN_ITEMS: ItemCompression = { algorithm: 0, fromBytes: Number.POSITIVE_INFINITY };

export class ItemSender implements ItemWriter {
  readonly #link: RocketLink;
  readonly #streamId: number;
  readonly #codec: ResultCodec;
  readonly #compression: ItemCompression;
  readonly #onOver: (failure?: SourceFailure) => void;

  /** `onOver` is called once, when the end or a failure was written. */
  constructor(
    link: RocketLink,
    streamId: number,
    codec: ResultCodec,
    compression: ItemCompression,
    onOver: (failure?: SourceFailure) => void,
  ) {
    this.#link = link;
    this.#streamId = streamId;
    this.#codec = codec;
    this.#compression = compression;
    this.#onOver = onOver;
  }

  get turns(): Turns {
    return this.#link.connection.turns;
  }

  room(): Promise<void> | undefined {
    return this.#link.room();
  }

  item(value: unknown): Promise<void> | undefined {
    return this.write(value, Flag.NEXT);
  }

  /** An element, or with C as well the final response. */
  write(value: unknown, flags: number): Promise<void> | undefined {
    const link = this.#link;
    const start = link.begin();
    try {
      openPayload(link.out, this.#streamId, flags | Flag.METADATA);
      const hole = openMetadata(link.out);
      writeBytes(link.out, link.form.successElement);
      closeMetadata(link.out, hole);
      const data = link.out.pos;
      this.#codec.writeResult(link.out, value);
      const bytes = link.out.pos - data;
      link.judgeSize("item", start);
      if (bytes >= this.#compression.fromBytes) this.#compress(start, data, flags);
    } catch (error) {
      link.abort(start);
      throw error;
    }
    return this.#end(start);
  }

  #end(start: number): Promise<void> | undefined {
    if (this.#link.endShort(start)) return undefined;
    let written: (() => void) | undefined;
    const gone = (): void => written?.();
    if (this.#link.end(start, gone, gone)) return undefined;
    return new Promise((resolve) => {
      written = resolve;
    });
  }

  /** Writes the frame anew, if its data becomes smaller. */
  #compress(start: number, data: number, flags: number): void {
    const { out } = this.#link;
    const packed = packPayload(this.#compression.algorithm, Buffer.from(out.view(data)));
    if (packed === undefined) return;
    this.#link.out.pos = start;
    openPayload(out, this.#streamId, flags | Flag.METADATA);
    this.#metadata(undefined, this.#compression.algorithm);
    writeBytes(out, packed);
  }

  #metadata(exception: ExceptionMetadata | undefined, compression: number): void {
    const { out, form } = this.#link;
    const hole = openMetadata(out);
    writeStreamMetadata(form, out, compression, exception);
    closeMetadata(out, hole);
  }

  end(): void {
    if (this.#link.connection.open) {
      const start = this.#link.begin();
      writeComplete(this.#link.out, this.#streamId);
      this.#link.end(start);
    }
    this.#onOver();
  }

  /** Does not throw: a failure that cannot be told ends the connection. */
  fail(error: unknown): void {
    let failure: SourceFailure = { error, declared: false };
    try {
      if (this.#link.connection.open) failure = this.#writeFailure(error);
    } catch (broken) {
      this.#link.connection.destroy(broken as Error);
    }
    this.#onOver(failure);
  }

  /** A declared exception with a field that does not fit is told as an undeclared one, and so is what the IDL does not know. */
  #writeFailure(error: unknown): SourceFailure {
    const link = this.#link;
    const start = link.begin();
    let untold = error;
    try {
      if (!isA(error, ResponseTooBig) && this.#writeDeclared(error, start)) {
        link.end(start);
        return { error, declared: true };
      }
    } catch (unfit) {
      // What could not be written is then the exception; of any other error it only says how it was looked at.
      if (isA(error, ThriftException)) untold = unfit;
    }
    link.abort(start);
    if (isA(untold, ResponseTooBig)) link.rpcError(this.#streamId, "RESPONSE_TOO_BIG", untold.message);
    else this.#writeUndeclared(untold);
    return { error: untold, declared: false };
  }

  #writeUndeclared(error: unknown): void {
    const start = this.#link.begin();
    openPayload(this.#link.out, this.#streamId, Flag.NEXT | Flag.COMPLETE | Flag.METADATA);
    this.#metadata(undeclaredException(error, "the source of the items failed"), 0);
    this.#link.end(start);
  }

  #writeDeclared(error: unknown, start: number): boolean {
    if (!isA(error, Error)) return false;
    openPayload(this.#link.out, this.#streamId, Flag.NEXT | Flag.COMPLETE | Flag.METADATA);
    this.#metadata(declaredException(error), 0);
    if (!this.#codec.writeException(this.#link.out, error)) return false;
    this.#link.judgeSize("item", start);
    return true;
  }
}
