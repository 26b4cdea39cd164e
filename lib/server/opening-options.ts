/** What a server admits as an opening, and how it reads arguments. */
import type { ReaderOptions } from "../wire/byte-reader.ts";

export interface OpeningOptions {
  /** Also reads binary messages without a version, as programs before 2008 write them. Default false. */
  readonly oldBinary?: boolean;
  /** Strings in arguments that are not UTF-8: refuse the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
}
