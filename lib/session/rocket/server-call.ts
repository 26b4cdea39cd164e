/** A call that came over Rocket, as its handler sees it: with what its metadata says. Knows no frames. */
import type { Procedure } from "../../call/procedure.ts";
import { ServerCall } from "../../call/server-call.ts";
import type { Connection } from "../../connection/connection.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { type ItemCompression, PLAIN_ITEMS } from "./item-sender.ts";
import { LEAST_COMPRESSED_BYTES, usableCompression } from "./payload-compression.ts";
import type { RequestMetadata } from "./request-metadata.ts";

export class RocketServerCall extends ServerCall {
  readonly compression: ItemCompression;
  /** The caller has sent a checksum: the result goes with one. */
  readonly checksums: boolean;
  /** The protocol of its arguments and its answer. */
  readonly protocol: Protocol;

  constructor(
    connection: Connection,
    procedure: Procedure,
    streamId: number,
    requestBytes: number,
    now: number,
    metadata: RequestMetadata,
    protocol: Protocol,
  ) {
    super(connection, procedure, streamId, requestBytes, now);
    if (metadata.headers !== undefined) this.headers = metadata.headers;
    if (metadata.clientTimeoutMs > 0) this.deadline = now + metadata.clientTimeoutMs;
    this.queueTimeoutMs = metadata.queueTimeoutMs;
    this.carriesHeaders = true;
    this.compression = compressionOf(metadata);
    this.checksums = metadata.crc32c !== undefined;
    this.protocol = protocol;
  }
}

/** As the caller wishes, if this process can; never below the size that is worth it. */
function compressionOf({ replyCompression }: RequestMetadata): ItemCompression {
  if (replyCompression === undefined) return PLAIN_ITEMS;
  const algorithm = usableCompression(replyCompression.algorithm);
  return algorithm === 0
    ? PLAIN_ITEMS
    : { algorithm, fromBytes: Math.max(LEAST_COMPRESSED_BYTES, replyCompression.fromBytes ?? 0) };
}
