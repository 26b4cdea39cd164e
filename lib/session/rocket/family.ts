/** Rocket as a family: fbthrift's protocol over RSocket. */
import { hasCompression } from "../../framing/compression.ts";
import { byType, flag, oneOf, options, whole } from "../../options/kinds.ts";
import { configuration, type OptionTable } from "../../options/options.ts";
import { Lazy } from "../../platform/lazy.ts";
import { binary } from "../../protocol/binary.ts";
import { compactFb } from "../../protocol/compact.ts";
import { carried, type Encodings } from "../encoding.ts";
import type { ClientFamily, ServerFamily } from "../family.ts";
import { opensWith } from "../opens-with.ts";
import { Compression, type CompressionWish } from "./compression-config.ts";
import { ROCKET_LIMITS, type RocketLimits, withDefaultRocketLimits } from "./limits.ts";

/** Options of clients that speak Rocket. */
export interface RocketOptions extends Partial<RocketLimits> {
  /** Asks for replies over Rocket to be compressed, from 1,024 bytes on or as given. Default: not. */
  readonly replyCompression?: "zlib" | "zstd" | { readonly algorithm: "zlib" | "zstd"; readonly fromBytes: number };
  /** Over Rocket: sends a CRC-32C with arguments, and asks for one with results; damage is CHECKSUM. Default false: TCP has its own, and TLS a better one. */
  readonly checksums?: boolean;
}

const ALGORITHM = oneOf("zlib", "zstd");

const ROCKET_OPTIONS: OptionTable<RocketOptions> = {
  ...ROCKET_LIMITS,
  replyCompression: byType<Exclude<RocketOptions["replyCompression"], undefined>>({
    string: ALGORITHM,
    object: options({ algorithm: ALGORITHM, fromBytes: whole(0) }, "algorithm", "fromBytes"),
  }),
  checksums: flag,
};

const ENCODINGS: Encodings = { compact: compactFb, binary, "compact-fb": compactFb };

/** The sessions of clients. */
export const rocketSessions: Lazy<typeof import("./client-opener.ts")> = new Lazy(() => import("./client-opener.ts"));
const servers = new Lazy(() => import("./server-openings.ts"));

export const rocketFamily: ClientFamily<RocketOptions> = {
  name: "rocket",
  // fbthrift's name for it.
  alpn: ["rs"],
  options: ROCKET_OPTIONS,
  converse(dialer, setting, chosen) {
    const protocol = carried(setting.encoding, ENCODINGS);
    const replyCompression = compressionWish(chosen.replyCompression);
    const speech = {
      protocol,
      rocketLimits: withDefaultRocketLimits(chosen),
      ...(replyCompression && { replyCompression }),
      checksums: chosen.checksums ?? false,
    };
    return opensWith(dialer, rocketSessions, ({ opener }) => opener(setting, speech));
  },
};

function compressionWish(wish: RocketOptions["replyCompression"]): CompressionWish | undefined {
  if (wish === undefined) return undefined;
  const { algorithm = "zlib", fromBytes } = typeof wish === "string" ? { algorithm: wish } : wish;
  if (!hasCompression(algorithm)) throw configuration(`replyCompression: ${algorithm} is not in this version of Node`);
  return { algorithm: algorithm === "zstd" ? Compression.ZSTD : Compression.ZLIB, fromBytes };
}

export const rocketServer: ServerFamily<RocketLimits> = {
  name: "rocket",
  openings: async (setting) => (await servers.load()).rocketOpenings(setting),
};
