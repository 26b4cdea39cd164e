/** A call that came over Rocket, as its handler sees it: with headers both ways and the time that its caller gives it. Knows no frames. */
import { type CallHeaders, NO_HEADERS } from "../../call/call.ts";
import type { Connection } from "../connection.ts";
import { ServerCall } from "../server-call.ts";
import type { Procedure } from "../session.ts";
import { type ItemCompression, PLAIN_ITEMS } from "./item-sender.ts";
import { LEAST_COMPRESSED_BYTES, usableCompression } from "./payload-compression.ts";
import type { RequestMetadata } from "./request-metadata.ts";

export class RocketServerCall extends ServerCall {
  override readonly headers: CallHeaders;
  /** In the platform's milliseconds; Infinity where the caller did not say. */
  readonly deadline: number;
  readonly compression: ItemCompression;
  replyHeaders: Map<string, string> | undefined = undefined;
  readonly #now: () => number;

  constructor(connection: Connection, procedure: Procedure, streamId: number, requestBytes: number, now: number, metadata: RequestMetadata) {
    super(connection, procedure, streamId, requestBytes, now);
    this.headers = metadata.headers ?? NO_HEADERS;
    this.deadline = metadata.clientTimeoutMs > 0 ? now + metadata.clientTimeoutMs : Number.POSITIVE_INFINITY;
    this.compression = compressionOf(metadata);
    this.#now = () => connection.platform.now();
  }

  override timeLeftMs(): number {
    return Math.max(0, this.deadline - this.#now());
  }

  override setReplyHeader(name: string, value: string): void {
    this.replyHeaders ??= new Map();
    this.replyHeaders.set(name, value);
  }
}

/** As the caller wishes, if this process can; never below the size that is worth it. */
function compressionOf({ replyCompression }: RequestMetadata): ItemCompression {
  if (replyCompression === undefined) return PLAIN_ITEMS;
  const algorithm = usableCompression(replyCompression.algorithm);
  return algorithm === 0 ? PLAIN_ITEMS : { algorithm, fromBytes: Math.max(LEAST_COMPRESSED_BYTES, replyCompression.fromBytes ?? 0) };
}
