/**
 * Writes a client's messages: plain ones, and requests in the envelope that our servers understand. Knows sizes, not when something is
 * sent.
 */
import { Buffer } from "node:buffer";
import type { ClientCall } from "../../call/client-call.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { ThriftError } from "../../errors/errors.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { MAX_UDP_BYTES } from "./bounds.ts";
import { type CallEnvelope, callEnvelopeBytes, writeCallEnvelope } from "./envelope.ts";
import { LEAST_REQUEST_BYTES } from "./reply-withheld.ts";

export interface RequestOptions {
  readonly protocol: Protocol;
  readonly maxDatagramBytes: number;
  /** Whether the server knows zeros after a message, and our envelope. */
  readonly envelope: boolean;
}

export class DatagramRequestWriter {
  readonly #options: RequestOptions;
  readonly #out = new ByteWriter(2048);

  constructor(options: RequestOptions) {
    this.#options = options;
  }

  /** The call's message, made once however often it is sent; undefined when the call has failed for it. */
  message(call: ClientCall, type: number, seqid: number): Buffer | undefined {
    const out = this.#out;
    out.pos = 0;
    try {
      this.#refuse(call);
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

  /** What UDP cannot carry. */
  #refuse({ headers, queueTimeoutMs }: ClientCall): void {
    if (headers === undefined && queueTimeoutMs === 0) return;
    const what = headers === undefined ? "queueTimeoutMs" : "headers";
    throw new ThriftError("UNSUPPORTED", `${what} cannot cross UDP, use TCP`, { delivery: "unsent", phase: "encode" });
  }

  /** A datagram with the message and nothing around it. */
  plain(message: Buffer): Buffer {
    if (!this.#options.envelope || message.length >= LEAST_REQUEST_BYTES) return message;
    const padded = Buffer.alloc(LEAST_REQUEST_BYTES);
    message.copy(padded);
    return padded;
  }

  /** The same in an envelope; undefined when the call has failed for it. */
  enveloped(call: ClientCall, message: Buffer, seqid: number, envelope: CallEnvelope): Buffer | undefined {
    const before = callEnvelopeBytes(envelope.cookie);
    const datagram = Buffer.alloc(before + message.length);
    try {
      this.#checkSize(datagram.length);
    } catch (error) {
      call.fail(error);
      return undefined;
    }
    message.copy(datagram, before);
    writeCallEnvelope(datagram, datagram.length, this.#options.protocol, seqid, envelope);
    return datagram;
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
