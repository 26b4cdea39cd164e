/** What values are written in: from the word or the Protocol in `encoding` to one that can be carried. */
import { badOption } from "../options/options.ts";
import type { Protocol } from "../protocol/protocol.ts";

/** What has a name on the wire, by the word that stands for it in options. */
export type Encodings = Readonly<Record<string, Protocol>>;

/**
 * The protocol that `encoding` asks for, of those in `known`. A protocol of one's own must write as that of its name does. Throws
 * CONFIGURATION.
 */
export function carried(encoding: string | Protocol, known: Encodings): Protocol {
  const name = typeof encoding === "string" ? encoding : encoding.name;
  const named = Object.hasOwn(known, name) ? known[name] : undefined;
  if (typeof encoding === "string" && named !== undefined) return named;
  if (typeof encoding === "object" && named?.index === encoding.index) return encoding;
  throw badOption("encoding", `what is carried here: ${Object.keys(known).join(", ")} or its Protocol`, name);
}
