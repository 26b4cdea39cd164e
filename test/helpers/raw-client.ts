/** A client that knows nothing of Thrift but how a frame looks: it sends the bytes it is given and shows what comes back. */
import { nodePlatform } from "../../lib/platform/node.ts";
import type { MemoryLink } from "../../lib/transport/memory.ts";
import type { Transport, TransportEvents } from "../../lib/transport/transport.ts";

export class RawClient implements TransportEvents {
  received: Buffer = Buffer.alloc(0);
  ended = false;
  closed = false;
  readonly #transport: Transport;
  #wake: () => void = () => undefined;

  private constructor(transport: Transport) {
    this.#transport = transport;
    transport.start(this);
  }

  static async dial(link: MemoryLink): Promise<RawClient> {
    return new RawClient(await link.dialer.dial(nodePlatform, new AbortController().signal));
  }

  send(...parts: readonly (Buffer | string)[]): this {
    this.#transport.write(
      Buffer.concat(
        parts.map((part) => (typeof part === "string" ? Buffer.from(part.replaceAll(" ", ""), "hex") : part)),
      ),
    );
    return this;
  }

  end(): void {
    this.#transport.end();
  }

  /** Closes without a word. */
  destroy(): void {
    this.#transport.destroy();
  }

  onData(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    this.#wake();
  }
  onDrain(): void {}
  onEnd(): void {
    this.ended = true;
    this.#wake();
  }
  onClose(): void {
    this.closed = true;
    this.#wake();
  }

  /** Takes `count` bytes from what came; waits for them, or until the other side has ended. */
  async take(count: number): Promise<Buffer> {
    while (this.received.length < count && !this.ended && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return taken;
  }

  /** The next frame without its length; undefined when the other side has ended. */
  async frame(): Promise<Buffer | undefined> {
    const header = await this.take(4);
    return header.length < 4 ? undefined : this.take(header.readInt32BE(0));
  }

  /** Until the other side has ended. */
  async untilEnd(): Promise<void> {
    while (!this.ended && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A frame around a message. */
export function frame(...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part.replaceAll(" ", ""), "hex") : part)),
  );
  const header = Buffer.alloc(4);
  header.writeInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** A strict binary message: its head, and its struct as hexadecimal text. */
export function binaryMessage(name: string, type: number, seqid: number, struct: string): Buffer {
  const head = Buffer.alloc(12 + Buffer.byteLength(name));
  head.writeUInt32BE((0x80010000 | type) >>> 0, 0);
  head.writeInt32BE(Buffer.byteLength(name), 4);
  head.write(name, 8);
  head.writeInt32BE(seqid, head.length - 4);
  return Buffer.concat([head, Buffer.from(struct.replaceAll(" ", ""), "hex")]);
}

/** What a reply says, in the words of the table of odd messages: `REPLY #7 00`, `EXC 1 #7 "unknown method"`. */
export function say(reply: Buffer | undefined): string {
  if (reply === undefined) return "nothing";
  const nameEnd = 8 + reply.readInt32BE(4);
  const seqid = reply.readInt32BE(nameEnd);
  const name = reply.toString("utf8", 8, nameEnd);
  const struct = reply.subarray(nameEnd + 4);
  if (reply[3] === 2) return `REPLY ${name} #${seqid} ${struct.toString("hex")}`;
  const text = struct.toString("utf8", 7, 7 + struct.readInt32BE(3));
  return `EXC ${struct.readInt32BE(7 + text.length + 3)} ${name} #${seqid} "${text}"`;
}
