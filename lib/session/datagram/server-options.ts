/** What a server admits over UDP: its options and their defaults. */
import { whole } from "../../options/kinds.ts";
import { badOption, type OptionTable } from "../../options/options.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import { DATAGRAM_BYTES, DEFAULT_DATAGRAM_BYTES } from "./bounds.ts";
import type { DatagramServerOptions } from "./server-session.ts";

/** What `serve(udp.listen(…), …, { datagrams })` takes besides. */
export type ServeDatagramOptions = Partial<Omit<DatagramServerOptions, "limits" | "reader">>;

/** What each may be. */
export const SERVE_DATAGRAM_OPTIONS: OptionTable<ServeDatagramOptions> = {
  maxDatagramBytes: DATAGRAM_BYTES,
  maxSourceRate: whole(1),
  maxSourceBurst: whole(1),
  maxRememberedCalls: whole(1),
  maxRememberedBytes: whole(1),
};

/** The options with their defaults. Throws CONFIGURATION where what may be remembered is less than one answer. */
export function withDatagramDefaults(
  options: ServeDatagramOptions,
  limits: Limits,
  reader: ReaderOptions,
): DatagramServerOptions {
  const { maxDatagramBytes = DEFAULT_DATAGRAM_BYTES, maxRememberedBytes = 8 << 20 } = options;
  if (maxRememberedBytes < maxDatagramBytes)
    throw badOption(
      "datagrams.maxRememberedBytes",
      `at least maxDatagramBytes, ${maxDatagramBytes}`,
      maxRememberedBytes,
    );
  return {
    limits,
    reader,
    maxDatagramBytes,
    maxSourceRate: options.maxSourceRate ?? 50_000,
    maxSourceBurst: options.maxSourceBurst ?? 10_000,
    maxRememberedCalls: options.maxRememberedCalls ?? 4_096,
    maxRememberedBytes,
  };
}
