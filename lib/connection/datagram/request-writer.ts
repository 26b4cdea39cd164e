/**
 * Writes a client's messages: plain ones, and requests in the envelope that our servers understand. Knows sizes, not when something is
 * sent.
 */
import { Buffer } from "node:buffer";
import { methodCodec } from "../../codec/method-codec.ts";
import { ThriftError } from "../../errors.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import type { ClientCall } from "../client-call.ts";
import { type CallEnvelope, callEnvelopeBytes, writeCallEnvelope } from "./envelope.ts";
import { LEAST_REQUEST_BYTES } from "./reply-withheld.ts";

/** Largest payload of a UDP datagram over IPv4. */
export const MAX_UDP_BYTES = 65_507;

export interface RequestOptions {
  readonly protocol: Protocol;
  readonly maxDatagramBytes: number;
  /** Whether the server knows zeros behind a message, and our envelope. */
  readonly envelope: boolean;
}

export class DatagramRequestWriter {
  readonly #options: RequestOptions;
  readonly #out = new ByteWriter(2048);

  constructor(options: RequestOptions) {
    this.#options = options;
  }

  /** A datagram with the call and nothing around it; undefined when the call has failed for it. */
  plain(call: ClientCall, seqid: number): Buffer | undefined {
    const message = this.#encode(call, MessageType.CALL, seqid, 0);
    if (message === undefined || !this.#options.envelope || message.length >= LEAST_REQUEST_BYTES) return message;
    const padded = Buffer.alloc(LEAST_REQUEST_BYTES);
    message.copy(padded);
    return padded;
  }

  /** The same in an envelope. */
  enveloped(call: ClientCall, seqid: number, envelope: CallEnvelope): Buffer | undefined {
    const message = this.#encode(call, MessageType.CALL, seqid, callEnvelopeBytes(envelope.cookie));
    if (message !== undefined) writeCallEnvelope(message, message.length, this.#options.protocol, seqid, envelope);
    return message;
  }

  /** The same of a call that gets no answer. */
  oneway(call: ClientCall): Buffer | undefined {
    return this.#encode(call, MessageType.ONEWAY, 0, 0);
  }

  /** A buffer with the message behind `before` bytes that are left free. */
  #encode(call: ClientCall, type: number, seqid: number, before: number): Buffer | undefined {
    const out = this.#out;
    out.pos = before;
    try {
      if (call.headers !== undefined)
        throw new ThriftError("UNSUPPORTED", "headers cannot cross UDP, use TCP", {
          delivery: "unsent",
          phase: "encode",
        });
      this.#options.protocol.writeMessageBegin(out, call.wireName, type, seqid);
      methodCodec(call.method, this.#options.protocol).writeArgs(out, call.args);
      this.#options.protocol.writeMessageEnd(out);
      this.#checkSize(out.pos);
    } catch (error) {
      call.refuse(error);
      return undefined;
    }
    return Buffer.from(out.view(0));
  }

  #checkSize(bytes: number): void {
    const { maxDatagramBytes } = this.#options;
    if (bytes <= maxDatagramBytes) return;
    const more =
      maxDatagramBytes < MAX_UDP_BYTES ? `raise maxDatagramBytes (at most ${MAX_UDP_BYTES}) or use TCP` : "use TCP";
    throw new ThriftError(
      "LIMIT_EXCEEDED",
      `request of ${bytes} bytes, limit of a datagram ${maxDatagramBytes}: ${more}`,
      { delivery: "unsent", phase: "encode" },
    );
  }
}
