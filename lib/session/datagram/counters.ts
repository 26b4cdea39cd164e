/** What became of the datagrams of a listening socket. Nothing is dropped without being counted. */

export interface DatagramCounters {
  received: number;
  /** Not a message, damaged, or without an envelope and with arguments that cannot be read. */
  malformed: number;
  /** From more datagrams than one address may send, or from a port that answers whatever it gets. */
  rateLimited: number;
  reflected: number;
  /** Oneway calls taken in; those whose turn never came are dropped as well. */
  oneways: number;
  /** Oneway calls that did not begin: no such oneway method, too many in flight, no turn in time, or draining. */
  onewaysDropped: number;
  /** Calls taken in; those whose turn never came are refused as well. */
  calls: number;
  /** Calls turned away by a limit, for want of a turn, or while draining. */
  refused: number;
  /** Copies of calls that run. */
  duplicates: number;
  /** Copies of calls that were answered, answered again. */
  replayed: number;
  /** Copies that came after their call was settled. */
  stale: number;
  /** Asked for a cookie first. */
  challenged: number;
  repliesSent: number;
  /** Replies above the size of a datagram, replaced by an error. */
  repliesTooBig: number;
  /** Not sent: more than three times the request to an address that has not shown a cookie. */
  repliesWithheld: number;
  /** Not sent: the system's buffer was full, or it refused. */
  sendFailures: number;
}

export function noDatagrams(): DatagramCounters {
  return {
    received: 0,
    malformed: 0,
    rateLimited: 0,
    reflected: 0,
    oneways: 0,
    onewaysDropped: 0,
    calls: 0,
    refused: 0,
    duplicates: 0,
    replayed: 0,
    stale: 0,
    challenged: 0,
    repliesSent: 0,
    repliesTooBig: 0,
    repliesWithheld: 0,
    sendFailures: 0,
  };
}
