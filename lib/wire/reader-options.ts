/** What the options of a reader may be. */
import { flag, oneOf } from "../options/kinds.ts";
import type { OptionTable } from "../options/options.ts";
import type { ReaderOptions } from "./byte-reader.ts";

/** How what is read is treated; what it may amount to is bounded by limits. */
export const READING: OptionTable<Pick<ReaderOptions, "utf8" | "keepUnknown">> = {
  utf8: oneOf("check", "replace"),
  keepUnknown: flag,
};
