/**
 * What the suite combines: protocol, framing, naming and socket. A combination with an address is a line of text, which is
 * how servers announce themselves and clients are told where to go, in every language.
 */

export interface Combination {
  readonly protocol: "binary" | "compact" | "json";
  /** `header`: THeader around binary or compact. */
  readonly framing: "framed" | "unframed" | "header";
  readonly naming: "plain" | "multiplexed";
  readonly socket: "tcp" | "unix";
}

/** A combination that is served: a port of 127.0.0.1, or a path. */
export interface Endpoint extends Combination {
  readonly address: string;
}

/** All that the Interop service is put through. */
export const COMBINATIONS: readonly Combination[] = (["binary", "compact"] as const).flatMap((protocol) =>
  (["framed", "unframed", "header"] as const).flatMap((framing) =>
    (["plain", "multiplexed"] as const).flatMap((naming) =>
      (["tcp", "unix"] as const).map((socket) => ({ protocol, framing, naming, socket })),
    ),
  ),
);

/** JSON, which the ThriftTest services speak as well. */
export const JSON_COMBINATIONS: readonly Combination[] = (["framed", "unframed"] as const).flatMap((framing) => [
  { protocol: "json", framing, naming: "plain", socket: "tcp" },
  { protocol: "json", framing, naming: "multiplexed", socket: "unix" },
]);

const CARRY_LARGE_CASES = ["binary framed plain tcp", "compact unframed multiplexed unix", "compact header plain tcp"];

/** Those that carry what is too big for all: together they have each protocol, framing, naming and socket. */
export function carriesLargeCases(combination: Combination): boolean {
  return CARRY_LARGE_CASES.includes(combinationName(combination));
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
  const combination = [...COMBINATIONS, ...JSON_COMBINATIONS].find((candidate) => combinationName(candidate) === name);
  if (combination === undefined) throw new Error(`not an endpoint: ${line}`);
  return { ...combination, address: address.join(" ") };
}
