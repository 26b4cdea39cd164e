/** Writes a client's requests: frame, metadata and arguments, compressed where that is wanted. Knows methods and codecs, not who waits. */
import { Buffer } from "node:buffer";
import type { ClientCall } from "../../call/client-call.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { ThriftError } from "../../errors/errors.ts";
import { closeMetadata, openMetadata, writeBytes } from "../../framing/rocket/frame.ts";
import { Flag } from "../../framing/rocket/frame-type.ts";
import { openRequestChannel } from "../../framing/rocket/request-channel.ts";
import { openRequestFnf } from "../../framing/rocket/request-fnf.ts";
import { openRequestResponse } from "../../framing/rocket/request-response.ts";
import { openRequestStream } from "../../framing/rocket/request-stream.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { MethodKind } from "../../schema/service.ts";
import { checksumOf } from "./checksum.ts";
import { Compression, type CompressionWish } from "./compression-config.ts";
import type { RocketLink } from "./link.ts";
import { packPayload } from "./payload-compression.ts";
import {
  type RequestOptions,
  RocketProtocol,
  RpcKind,
  requestPrefix,
  writeRequestMetadata,
} from "./request-metadata.ts";

const KINDS: Readonly<Record<MethodKind, number>> = {
  unary: RpcKind.UNARY,
  oneway: RpcKind.ONEWAY,
  stream: RpcKind.STREAM,
  sink: RpcKind.SINK,
  bidi: RpcKind.BIDI,
};
const LONGEST_MS = 0x7fffffff;

export class RequestWriter {
  readonly #link: RocketLink;
  readonly #protocol: Protocol;
  readonly #protocolId: number;
  readonly #replyCompression: CompressionWish | undefined;
  readonly #checksums: boolean;
  /** Fields 1 to 3 of the metadata by the method's name on the wire: the name's buffer is the same for every call of a method. */
  readonly #prefixes = new WeakMap<Buffer, Buffer>();
  readonly #onWritten: (call: ClientCall) => void;

  /** `onWritten` is called for a request that left in pieces, with the last. */
  constructor(
    link: RocketLink,
    protocol: Protocol,
    replyCompression: CompressionWish | undefined,
    checksums: boolean,
    onWritten: (call: ClientCall) => void,
  ) {
    this.#link = link;
    this.#onWritten = onWritten;
    this.#protocol = protocol;
    this.#protocolId = protocol.name === "binary" ? RocketProtocol.BINARY : RocketProtocol.COMPACT;
    this.#replyCompression = replyCompression;
    this.#checksums = checksums;
  }

  /** Puts the whole request into this tick's batch; or throws, and nothing was written. False when it leaves in pieces that still wait. */
  write(call: ClientCall, streamId: number, credit: number): boolean {
    const link = this.#link;
    const start = link.out.pos;
    try {
      link.begin();
      const data = this.#head(call, streamId, credit, undefined, undefined);
      methodCodec(call.method, this.#protocol).writeArgs(link.out, call.args);
      const bytes = link.out.pos - start;
      if (bytes > link.limits.maxFrameBytes)
        throw new ThriftError("LIMIT_EXCEEDED", `message of ${bytes} bytes, limit ${link.limits.maxFrameBytes}`, {
          delivery: "unsent",
          phase: "encode",
        });
      if (this.#checksums || link.out.pos - data >= link.rocketLimits.compressFromBytes)
        this.#markAndPack(call, streamId, credit, start, data);
    } catch (error) {
      link.abort(start);
      throw error;
    }
    return link.endShort(start) || link.end(start, () => this.#onWritten(call));
  }

  /** Writes what stands before the arguments; returns where they begin. */
  #head(
    call: ClientCall,
    streamId: number,
    credit: number,
    compression: number | undefined,
    crc32c: number | undefined,
  ): number {
    const { out, connection } = this.#link;
    this.#open(call.method.kind, streamId, credit);
    const hole = openMetadata(out);
    // What remains of the call's time, at the moment when it is written.
    const timeoutMs =
      call.deadline === Number.POSITIVE_INFINITY
        ? 0
        : Math.min(LONGEST_MS, Math.max(1, Math.ceil(call.deadline - connection.now())));
    const options = this.#options(call, compression, crc32c);
    writeRequestMetadata(
      out,
      this.#prefix(call),
      timeoutMs,
      Math.min(LONGEST_MS, Math.ceil(call.queueTimeoutMs)),
      options,
    );
    closeMetadata(out, hole);
    return out.pos;
  }

  #open(kind: MethodKind, streamId: number, credit: number): void {
    const { out } = this.#link;
    if (kind === "unary") openRequestResponse(out, streamId, Flag.METADATA);
    else if (kind === "oneway") openRequestFnf(out, streamId, Flag.METADATA);
    else if (kind === "stream") openRequestStream(out, streamId, Flag.METADATA, credit);
    else openRequestChannel(out, streamId, Flag.METADATA, credit);
  }

  #prefix(call: ClientCall): Buffer {
    let prefix = this.#prefixes.get(call.wireName);
    if (prefix === undefined) {
      prefix = requestPrefix(call.wireName.toString(), this.#protocolId, KINDS[call.method.kind]);
      this.#prefixes.set(call.wireName, prefix);
    }
    return prefix;
  }

  #options(call: ClientCall, compression: number | undefined, crc32c: number | undefined): RequestOptions | undefined {
    const replyCompression = this.#replyCompression;
    const { headers, interaction } = call;
    if (
      headers === undefined &&
      compression === undefined &&
      crc32c === undefined &&
      replyCompression === undefined &&
      interaction === undefined
    )
      return undefined;
    return { headers, crc32c, compression, replyCompression, ...interaction?.fieldsFor(call) };
  }

  /** Writes the request anew, with a checksum in its metadata or with its arguments compressed. */
  #markAndPack(call: ClientCall, streamId: number, credit: number, start: number, data: number): void {
    const { out, rocketLimits } = this.#link;
    const plain = Buffer.from(out.view(data));
    const packed = plain.length >= rocketLimits.compressFromBytes ? packPayload(Compression.ZLIB, plain) : undefined;
    if (packed === undefined && !this.#checksums) return;
    out.pos = start;
    const compression = packed === undefined ? undefined : Compression.ZLIB;
    this.#head(call, streamId, credit, compression, this.#checksums ? checksumOf(plain) : undefined);
    writeBytes(out, packed ?? plain);
  }
}
