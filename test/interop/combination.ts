/**
 * What the suite combines: protocol, framing, naming and socket. A combination with an address is a line of text, which is
 * how servers announce themselves and clients are told where to go, in every language.
 */

export interface Combination {
  readonly protocol: "binary" | "compact" | "json";
  /**
   * `header`: THeader around binary or compact; `header-http`, `header-zlib`: it in the bodies of HTTP, or within Apache's zlib transport.
   * `zlib`, `zlib-framed`: that transport around bare messages, or around frames.
   */
  readonly framing: "framed" | "unframed" | "header" | "header-http" | "header-zlib" | "http" | "zlib" | "zlib-framed";
  readonly naming: "plain" | "multiplexed";
  /** `tls`: over TCP. */
  readonly socket: "tcp" | "unix" | "tls";
}

/** A combination that is served: a port of 127.0.0.1, or a path. */
export interface Endpoint extends Combination {
  readonly address: string;
}

/** Each with each. */
const CROSSED: readonly Combination[] = (["binary", "compact"] as const).flatMap((protocol) =>
  (["framed", "unframed", "header"] as const).flatMap((framing) =>
    (["plain", "multiplexed"] as const).flatMap((naming) =>
      (["tcp", "unix"] as const).map((socket) => ({ protocol, framing, naming, socket })),
    ),
  ),
);

/** The rest: chosen so that each protocol meets each framing, and that each of the two meets TLS, HTTP and each naming. */
const PAIRED: readonly Combination[] = [
  "json framed plain tcp",
  "json framed multiplexed unix",
  "json framed plain tls",
  "json unframed plain tcp",
  "json unframed multiplexed unix",
  "json unframed multiplexed tls",
  "json http plain tcp",
  "json http multiplexed tls",
  "json zlib plain tls",
  "json zlib-framed multiplexed tcp",
  "binary framed plain tls",
  "binary unframed multiplexed tls",
  "binary header plain tls",
  "binary header-http multiplexed tcp",
  "binary header-http plain tls",
  "binary header-zlib plain tcp",
  "binary http plain tcp",
  "binary http multiplexed tls",
  "binary zlib multiplexed unix",
  "binary zlib plain tls",
  "binary zlib-framed plain tcp",
  "compact framed multiplexed tls",
  "compact unframed plain tls",
  "compact header multiplexed tls",
  "compact header-http plain tcp",
  "compact header-zlib multiplexed unix",
  "compact http multiplexed unix",
  "compact http plain tls",
  "compact zlib plain tcp",
  "compact zlib-framed multiplexed unix",
  "compact zlib-framed plain tls",
].map((name) => {
  const [protocol, framing, naming, socket] = name.split(" ");
  return { protocol, framing, naming, socket } as Combination;
});

/** All that a service is put through. */
export const COMBINATIONS: readonly Combination[] = [...CROSSED, ...PAIRED];

const CARRY_LARGE_CASES = [
  "binary framed plain tcp",
  "compact unframed multiplexed unix",
  "compact header plain tcp",
  "binary framed plain tls",
  "binary http plain tcp",
  "compact zlib plain tcp",
];

/**
 * Those that carry what is too big for all: together they have each framing, naming and socket, and each protocol but JSON, of which
 * Node's library takes minutes to read a megabyte.
 */
export function carriesLargeCases(combination: Combination): boolean {
  return CARRY_LARGE_CASES.includes(combinationName(combination));
}

/** Whether a connection has one call at a time. */
export function isHttp({ framing }: Combination): boolean {
  return framing === "http" || framing === "header-http";
}

/** "compact framed plain tcp" */
export function combinationName({ protocol, framing, naming, socket }: Combination): string {
  return `${protocol} ${framing} ${naming} ${socket}`;
}

/** "compact framed plain tcp 41234" */
export function endpointLine(endpoint: Endpoint): string {
  return `${combinationName(endpoint)} ${endpoint.address}`;
}

/** Throws for a line that is none. */
export function parseEndpoint(line: string): Endpoint {
  const [protocol, framing, naming, socket, ...address] = line.split(" ");
  const name = [protocol, framing, naming, socket].join(" ");
  const combination = COMBINATIONS.find((candidate) => combinationName(candidate) === name);
  if (combination === undefined) throw new Error(`not an endpoint: ${line}`);
  return { ...combination, address: address.join(" ") };
}
