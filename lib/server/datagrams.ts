/** What a server admits over UDP: its options and their defaults. */
import { datagramBytes, wholeNumber } from "../connection/datagram/bounds.ts";
import type { DatagramServerOptions } from "../connection/datagram-server-session.ts";
import type { Limits } from "../protocol/limits.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";

/** What `serve(udp.listen(…), …, { datagrams })` takes besides. */
export type ServeDatagramOptions = Partial<Omit<DatagramServerOptions, "limits" | "reader">>;

/** The options with their defaults. Throws CONFIGURATION for numbers that make no sense. */
export function withDatagramDefaults(
  options: ServeDatagramOptions,
  limits: Limits,
  reader: ReaderOptions,
): DatagramServerOptions {
  const maxDatagramBytes = datagramBytes(options.maxDatagramBytes);
  return {
    limits,
    reader,
    maxDatagramBytes,
    maxSourceRate: wholeNumber("maxSourceRate", options.maxSourceRate ?? 50_000, 1),
    maxSourceBurst: wholeNumber("maxSourceBurst", options.maxSourceBurst ?? 10_000, 1),
    maxRememberedCalls: wholeNumber("maxRememberedCalls", options.maxRememberedCalls ?? 4_096, 1),
    maxRememberedBytes: wholeNumber("maxRememberedBytes", options.maxRememberedBytes ?? 8 << 20, maxDatagramBytes),
  };
}
