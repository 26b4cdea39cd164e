/** Every way to speak that a story may choose. Knows what each can carry. */
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import type { DatagramWeather } from "./quick-datagrams.ts";

export interface Wire {
  readonly options: ConnectOptions;
  readonly headers: boolean;
  readonly streams: boolean;
  /** One call at a time: who comes after a slow one waits. */
  readonly oneAtATime?: true;
  /** Over UDP, through such a network. */
  readonly datagrams?: DatagramWeather;
  /** Whether what is no oneway call and not idempotent runs at most once. Default true. */
  readonly once?: false;
  /** What all headers of a call may take, where that is less than elsewhere. */
  readonly maxHeadBytes?: number;
  /** Bytes of the length in front of each frame, where there is one. */
  readonly lengthBytes?: 3 | 4;
}

const rocket = { headers: true, streams: true, lengthBytes: 3 } as const;
const framed = { headers: false, streams: false, lengthBytes: 4 } as const;
const unframed = { headers: false, streams: false } as const;
const header = { headers: true, streams: false, lengthBytes: 4 } as const;
const http = { headers: true, streams: false, oneAtATime: true, maxHeadBytes: 16_384 } as const;

const udp = { headers: false, streams: false } as const;
const maxDatagramBytes = 65_507;

export const WIRES: Readonly<Record<string, Wire>> = {
  rocket: { ...rocket, options: { protocol: "rocket" } },
  "rocket binary": { ...rocket, options: { protocol: "rocket", encoding: "binary" } },
  "rocket compressed": {
    ...rocket,
    options: {
      protocol: "rocket",
      compressFromBytes: 1,
      replyCompression: { algorithm: "zlib", fromBytes: 1 },
      checksums: true,
    },
  },
  auto: { ...rocket, options: { protocol: "auto" } },
  framed: { ...framed, options: { protocol: "framed" } },
  "framed binary": { ...framed, options: { protocol: "framed", encoding: "binary" } },
  "framed json": { ...framed, options: { protocol: "framed", encoding: "json" } },
  "framed compact-fb": { ...framed, options: { protocol: "framed", encoding: "compact-fb" } },
  "framed zlib": { headers: false, streams: false, options: { protocol: "framed", zlib: true } },
  unframed: { ...unframed, options: { protocol: "unframed" } },
  "unframed binary": { ...unframed, options: { protocol: "unframed", encoding: "binary" } },
  "unframed json": { ...unframed, options: { protocol: "unframed", encoding: "json" } },
  "unframed zlib": { ...unframed, options: { protocol: "unframed", zlib: true } },
  header: { ...header, options: { protocol: "header" } },
  "header binary": { ...header, options: { protocol: "header", encoding: "binary" } },
  "header compressed": { ...header, options: { protocol: "header", compressRequests: true } },
  http: { ...http, options: { protocol: "http" } },
  "http binary": { ...http, options: { protocol: "http", encoding: "binary" } },
  "http json": { ...http, options: { protocol: "http", encoding: "json" } },
  udp: { ...udp, datagrams: "fair", options: { datagrams: { maxDatagramBytes } } },
  "udp binary": {
    ...udp,
    datagrams: "doubled",
    options: { encoding: "binary", datagrams: { maxDatagramBytes, packOneways: true } },
  },
  "udp late": { ...udp, datagrams: "late", options: { datagrams: { maxDatagramBytes } } },
  "udp plain": {
    ...udp,
    datagrams: "fair",
    once: false,
    options: { datagrams: { maxDatagramBytes, envelope: false } },
  },
};

export function wireOf(name: string): Wire {
  const wire = WIRES[name];
  if (wire === undefined) throw new Error(`no wire is called ${name}`);
  return wire;
}
