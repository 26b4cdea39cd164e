/** What a stack of calls must offer for its fairness to be measured: a server, and ordinary clients of it. */

export interface Ports {
  readonly tcp: number;
  /** Where datagrams are taken. */
  readonly udp?: number;
}

export interface GreedSystem {
  serve(): Promise<Ports>;
  /** The `i`th of many ordinary clients, each with a connection of its own. */
  connect(ports: Ports, i: number): Ordinary;
}

/** Makes an ordinary call. Rejects when it is not answered rightly within the milliseconds. */
export type Ordinary = (timeoutMs: number) => Promise<void>;
