/** What the options of UDP may be that client and server have in common. Knows nothing of what they are for. */
import { whole } from "../../options/kinds.ts";
import type { Kind } from "../../options/options.ts";

/** Largest payload of a UDP datagram over IPv4. */
export const MAX_UDP_BYTES = 65_507;
/** Smallest size of a datagram to be set: an envelope and a short message fit. */
const LEAST_DATAGRAM_BYTES = 256;
/** What every path carries whole. */
export const DEFAULT_DATAGRAM_BYTES = 1_232;

/** Size of a datagram. */
export const DATAGRAM_BYTES: Kind<number> = whole(LEAST_DATAGRAM_BYTES, MAX_UDP_BYTES);
