/** What clients of THeader may choose, whatever carries its frames. */
import { flag } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import type { Encodings } from "./encoding.ts";

/** Options of clients that speak THeader. */
export interface HeaderOptions {
  /** Over `header` and `header-http`: compresses requests with zlib, which makes servers answer in kind. Apache's Node servers refuse it. Default false. */
  readonly compressRequests?: boolean;
}

export const HEADER_OPTIONS: OptionTable<HeaderOptions> = { compressRequests: flag };

/** What a header has a number for. */
export const HEADER_ENCODINGS: Encodings = { compact, binary, "compact-fb": compactFb };
