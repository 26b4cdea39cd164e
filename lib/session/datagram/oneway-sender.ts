/** Sends a client's oneway calls: each in a datagram, or those of one tick packed. Knows messages, not what is in them. */
import { Buffer } from "node:buffer";
import type { ClientCall } from "../../call/client-call.ts";
import { ConnectionError } from "../../errors/errors.ts";
import { queueMicrotask } from "../../platform/node-time.ts";
import type { DatagramTransport } from "../../transport/udp.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { MAX_QUEUED_BYTES, queueFull, sendFailure } from "./send-failure.ts";

export interface OnewayOptions {
  readonly packOneways: boolean;
  readonly maxDatagramBytes: number;
}

export class OnewaySender {
  readonly #transport: DatagramTransport;
  readonly #options: OnewayOptions;
  readonly #pack = new ByteWriter(2048);
  #packed: ClientCall[] = [];

  constructor(transport: DatagramTransport, options: OnewayOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  send(call: ClientCall, message: Buffer): void {
    const { queuedBytes } = this.#transport;
    if (queuedBytes > MAX_QUEUED_BYTES) call.fail(queueFull(queuedBytes));
    else if (this.#options.packOneways) this.#packOneway(call, message);
    else this.#handOver(message, [call]);
  }

  #packOneway(call: ClientCall, message: Buffer): void {
    if (this.#pack.pos + message.length > this.#options.maxDatagramBytes) this.flush();
    if (this.#packed.length === 0) queueMicrotask(() => this.flush());
    message.copy(this.#pack.reserve(message.length), this.#pack.pos);
    this.#pack.pos += message.length;
    this.#packed.push(call);
  }

  /** Sends what was packed so far. */
  flush(): void {
    const calls = this.#packed;
    if (calls.length === 0) return;
    const bytes = Buffer.from(this.#pack.view(0));
    this.#packed = [];
    this.#pack.pos = 0;
    this.#handOver(bytes, calls);
  }

  /** Nothing can be sent any more: what was packed is told so. */
  abandon(why: string): void {
    for (const call of this.#packed)
      call.fail(new ConnectionError("CLOSED", why, { delivery: "unsent", phase: "write" }));
    this.#packed = [];
    this.#pack.pos = 0;
  }

  /** A oneway call has succeeded when the kernel has its datagram: more is not to be known. */
  #handOver(bytes: Buffer, calls: readonly ClientCall[]): void {
    this.#transport.send(bytes, (error) => {
      for (const call of calls) {
        if (error === null) call.succeed(undefined);
        else call.fail(sendFailure(call, this.#transport.peer, error, "unsent", bytes.length));
      }
    });
  }
}
