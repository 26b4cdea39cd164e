/** Reads the messages that answer calls, and settles the calls by them. Knows no connection; its session knows which call an id stands for. */
import type { Buffer } from "node:buffer";
import type { ClientCall } from "../call/client-call.ts";
import { readApplicationException } from "../codec/application-exception.ts";
import { applicationError } from "../codec/application-type.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { NO_BUFFER } from "../connection/send-buffers.ts";
import { ConnectionError, ThriftError } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import { ByteReader, type ReaderOptions } from "../wire/byte-reader.ts";
import { isExactly } from "../wire/bytes.ts";

const COLON = 0x3a;

/** The answers on one connection: `open` one, then `settle` its call. */
export class MessageAnswers {
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  #protocol: Protocol;

  constructor(protocol: Protocol, limits: Limits, options: ReaderOptions | undefined) {
    const { maxStringBytes, maxDepth, maxValueBytes } = limits;
    this.#protocol = protocol;
    this.#reader = new ByteReader({ ...options, maxStringBytes, maxDepth, maxValueBytes });
    this.#reader.lasting = true;
  }

  /** Reads the head of the message in [start, end) of `buf`; gives the id of the call that it answers. `frameSeqid`: the number of its frame, or 0. */
  open(buf: Buffer, start: number, end: number, frameSeqid: number, protocol: Protocol): number {
    this.#protocol = protocol;
    this.#reader.reset(buf, start, end);
    protocol.readMessageBegin(this.#reader, this.#head);
    // fbthrift's servers number the frame that they answer with, and write 0 into the message.
    return this.#head.seqid === 0 ? frameSeqid : this.#head.seqid;
  }

  /** Settles `call` by the message, unless that answers another method. */
  settle(call: ClientCall, headers: CallHeaders | undefined): void {
    if (!this.#answers(call)) return call.fail(this.#foreignName(call));
    if (headers !== undefined && headers.size > 0) call.takeHeaders(headers);
    let value: unknown;
    try {
      value = this.#readValue(call);
    } catch (error) {
      return call.fail(error);
    }
    call.succeed(value);
  }

  /** By its name: as it was sent, or with or without a service's before it, as multiplexed servers answer. */
  #answers(call: ClientCall): boolean {
    const { type, nameBuf, nameStart, nameEnd } = this.#head;
    if (isExactly(call.wireName, nameBuf, nameStart, nameEnd)) return true;
    const { nameBytes } = call.method;
    const start = nameEnd - nameBytes.length;
    if (start < nameStart || !isExactly(nameBytes, nameBuf, start, nameEnd))
      // From a server that could not read so far.
      return type === MessageType.EXCEPTION && nameStart === nameEnd;
    return start === nameStart || nameBuf[start - 1] === COLON;
  }

  #readValue(call: ClientCall): unknown {
    const { type } = this.#head;
    if (type === MessageType.REPLY) return methodCodec(call.method, this.#protocol).readResult(this.#reader);
    if (type !== MessageType.EXCEPTION)
      throw new ThriftError("WRONG_KIND", `reply of message type ${type}`, { delivery: "answered", phase: "decode" });
    const exception = readApplicationException(this.#reader, this.#protocol);
    throw applicationError(exception.message, exception.type);
  }

  /** The peer answers what nobody has asked: nothing after it can be trusted to belong to its call. */
  unasked(seqid: number, peer: string): ConnectionError {
    const text = `answer ${this.#name} with seqid ${seqid}, which no call waits for`;
    return new ConnectionError("BAD_SEQUENCE", text, { peer });
  }

  #foreignName(call: ClientCall): ThriftError {
    const text = `${call.method.name}: answered by ${this.#name} with seqid ${this.#head.seqid}, which is another method's`;
    return new ThriftError("BAD_SEQUENCE", text, { delivery: "unknown", phase: "decode" });
  }

  get #name(): string {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return JSON.stringify(nameBuf.toString("utf8", nameStart, Math.min(nameEnd, nameStart + 100)));
  }
}
