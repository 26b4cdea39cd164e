/** What a server's datagrams say: to which request they belong, and the result or the failure in them. Knows messages, not sockets. */
import type { Buffer } from "node:buffer";
import { readApplicationException } from "../../codec/application-exception.ts";
import { applicationError } from "../../codec/application-type.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import { ThriftError } from "../../errors/errors.ts";
import { compactFb } from "../../protocol/compact.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageHead, Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import type { Method } from "../../schema/service.ts";
import { ByteReader, type ReaderOptions } from "../../wire/byte-reader.ts";
import { isExactly } from "../../wire/bytes.ts";
import { type Datagram, unwrap } from "./envelope.ts";
import type { Exchange } from "./exchange.ts";
import { REPLY_WITHHELD } from "./reply-withheld.ts";

export class ReplyReader {
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };

  constructor({ maxStringBytes, maxDepth, maxValueBytes }: Limits, reader?: ReaderOptions) {
    this.#reader = new ByteReader({ ...reader, maxStringBytes, maxDepth, maxValueBytes });
  }

  /** The seqid of the datagram that was opened last. */
  get seqid(): number {
    return this.#head.seqid;
  }

  /** Takes a datagram apart up to its message's head; undefined for what is damaged, or somebody else's. */
  open(bytes: Buffer): Datagram | undefined {
    try {
      const packet = unwrap(bytes, compactFb);
      this.#reader.reset(packet.buf, packet.start, packet.end);
      packet.protocol.readMessageBegin(this.#reader, this.#head);
      return packet;
    } catch {
      return undefined;
    }
  }

  /** Whether the datagram that was opened last is for a request with its seqid: the same method, in the same form. */
  answers({ call, enveloped }: Exchange, packet: Datagram): boolean {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return packet.enveloped === enveloped && isExactly(call.method.nameBytes, nameBuf, nameStart, nameEnd);
  }

  /** The result in the datagram that was opened last. Throws what came instead of one. */
  result(method: Method, protocol: Protocol): unknown {
    const { type } = this.#head;
    if (type === MessageType.REPLY) return methodCodec(method, protocol).readResult(this.#reader);
    if (type !== MessageType.EXCEPTION)
      throw new ThriftError("WRONG_KIND", `reply of message type ${type}`, { delivery: "answered", phase: "decode" });
    const exception = readApplicationException(this.#reader, protocol);
    const error = applicationError(exception.message, exception.type);
    // A copy of the request may still be under way, and be admitted.
    if (error.delivery === "unsent" && !method.idempotent)
      throw new ThriftError(error.code, error.message, { delivery: "unknown", phase: "handler" });
    throw error;
  }
}

/** The server has a reply that it gives only to a client that shows a cookie. */
export function isWithheld(error: unknown): boolean {
  return error instanceof ThriftError && error.message === REPLY_WITHHELD;
}
