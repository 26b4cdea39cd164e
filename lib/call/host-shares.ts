/**
 * What each client host has in flight at a server, so that none can take the places of all others. Knows addresses and numbers, no
 * connection.
 */
import { hostOf } from "../transport/address.ts";

/** What one host has in flight, on all its connections. */
export class HostShare {
  /** Its address without the port; of IPv6 the network (/64), which is what one client is given. */
  readonly host: string;
  calls = 0;
  streams = 0;
  requestBytes = 0;
  /** Sessions with it. */
  sessions = 0;

  constructor(host: string) {
    this.host = host;
  }
}

/** The shares of all hosts that have a session or a call. */
export class HostShares {
  readonly #shares = new Map<string, HostShare>();

  get size(): number {
    return this.#shares.size;
  }

  /** A session with `peer` begins: `part` must follow. */
  join(peer: string): HostShare {
    const host = hostOf(peer);
    let share = this.#shares.get(host);
    if (share === undefined) {
      share = new HostShare(host);
      this.#shares.set(host, share);
    }
    share.sessions++;
    return share;
  }

  /** A session is over. What it had in flight counts until its handlers have ended. */
  part(share: HostShare): void {
    share.sessions--;
    this.settle(share);
  }

  /** Forgets the share if nothing is left of its host. */
  settle(share: HostShare): void {
    if (share.sessions + share.calls + share.streams === 0) this.#shares.delete(share.host);
  }
}
