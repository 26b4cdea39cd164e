/** The options that `connect` and `serve` have in common, and what each may be. */
import type { Interceptor } from "../call/interceptor.ts";
import type { ConnectionLimits } from "../connection/connection.ts";
import { bound, func, list, patience, thing } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import type { Platform } from "../platform/platform.ts";
import { LIMITS, type Limits } from "../protocol/limits.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import { READING } from "../wire/reader-options.ts";

interface CommonOptions extends Limits, ConnectionLimits, Pick<ReaderOptions, "utf8" | "keepUnknown"> {
  readonly interceptors?: readonly Interceptor[];
  readonly platform?: Platform;
}

/** What every connection is bounded by. */
export const CONNECTION_LIMITS: OptionTable<ConnectionLimits> = { maxUnsentBytes: bound(1), stallTimeoutMs: patience };

export const COMMON_OPTIONS: OptionTable<CommonOptions> = {
  ...LIMITS,
  ...CONNECTION_LIMITS,
  ...READING,
  interceptors: list(func<Interceptor>("a function that gives a function around each call")),
  platform: thing<Platform>("a Platform", {
    now: "function",
    random: "function",
    startTimer: "function",
    stopTimer: "function",
    afterPoll: "function",
    connect: "function",
    createServer: "function",
    openDatagramSocket: "function",
  }),
};
