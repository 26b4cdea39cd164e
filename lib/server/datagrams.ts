/** What a server admits over UDP: its options and their defaults. */
import { MAX_UDP_BYTES } from "../connection/datagram/request-writer.ts";
import type { DatagramServerOptions } from "../connection/datagram-server-session.ts";
import { ThriftError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";

/** What `serve(udp.listen(…), …, { datagrams })` takes besides. */
export type ServeDatagramOptions = Partial<Omit<DatagramServerOptions, "limits" | "reader">>;

/** The options with their defaults. Throws CONFIGURATION for a size that no datagram has. */
export function withDatagramDefaults(
  options: ServeDatagramOptions,
  limits: Limits,
  reader: ReaderOptions,
): DatagramServerOptions {
  const { maxDatagramBytes = 1_232 } = options;
  if (!Number.isInteger(maxDatagramBytes) || maxDatagramBytes < 256 || maxDatagramBytes > MAX_UDP_BYTES) {
    throw new ThriftError(
      "CONFIGURATION",
      `maxDatagramBytes: expected 256 to ${MAX_UDP_BYTES}, got ${maxDatagramBytes}`,
    );
  }
  return {
    limits,
    reader,
    maxDatagramBytes,
    maxSourceRate: options.maxSourceRate ?? 50_000,
    maxSourceBurst: options.maxSourceBurst ?? 10_000,
    maxRememberedCalls: options.maxRememberedCalls ?? 4_096,
    maxRememberedBytes: options.maxRememberedBytes ?? 8 << 20,
  };
}
