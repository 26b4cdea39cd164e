/** What an option that takes a protocol may be. */
import { thing } from "../options/kinds.ts";
import type { Kind } from "../options/options.ts";
import type { Protocol } from "./protocol.ts";

export const PROTOCOL: Kind<Protocol> = thing("a Protocol", {
  name: "string",
  index: "number",
  encoding: "object",
  writeMessageBegin: "function",
  readMessageBegin: "function",
  createScanner: "function",
});
