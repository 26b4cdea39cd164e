/** What a client may be told of UDP. */
import { flag, whole } from "../../options/kinds.ts";
import type { OptionTable } from "../../options/options.ts";
import { DATAGRAM_BYTES } from "./bounds.ts";

/** What `connect(udp(…), { datagrams })` takes besides. */
export interface DatagramOptions {
  /** Largest datagram sent. Default 1,232, which every path carries whole; at most 65,507, as on loopback. */
  readonly maxDatagramBytes?: number;
  /** Requests unanswered at once, when the network bears it. Default 32. */
  readonly maxUnanswered?: number;
  /** Times that a request is sent again before its deadline. Default 3. */
  readonly maxResends?: number;
  /** Put requests with a reply into an envelope that only our own servers understand. Default true. */
  readonly envelope?: boolean;
  /** Put the oneway calls of one tick into one datagram, for servers that look for more than one message. Default false. */
  readonly packOneways?: boolean;
}

/** What each may be. */
export const DATAGRAM_OPTIONS: OptionTable<DatagramOptions> = {
  maxDatagramBytes: DATAGRAM_BYTES,
  maxUnanswered: whole(1),
  maxResends: whole(0),
  envelope: flag,
  packOneways: flag,
};
