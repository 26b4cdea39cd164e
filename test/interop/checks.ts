/**
 * What our clients do around their checks: a connection, results one by one, the words for what went wrong. Knows the public
 * API; knows no service.
 */
import { inspect, isDeepStrictEqual } from "node:util";
import { type Channel, type ConnectOptions, connect } from "../../lib/index.ts";
import { certificates } from "./certificates.ts";
import { combinationName, type Endpoint } from "./combination.ts";
import type { Result } from "./result.ts";

/** A channel as the combination wants it. */
export async function open({ protocol, framing, socket, address }: Endpoint): Promise<Channel> {
  const target = socket === "unix" ? `unix:${address}` : `127.0.0.1:${address}`;
  return connect(target, {
    ...FRAMINGS[framing],
    encoding: protocol,
    timeoutMs: 20_000,
    ...(socket === "tls" && { tls: { authorities: (await certificates()).authority } }),
  });
}

const FRAMINGS: Readonly<Record<Endpoint["framing"], ConnectOptions>> = {
  framed: { protocol: "framed" },
  unframed: { protocol: "unframed" },
  header: { protocol: "header" },
  "header-http": { protocol: "header-http" },
  "header-zlib": { protocol: "header", zlib: true },
  http: { protocol: "http" },
  zlib: { protocol: "unframed", zlib: true },
  "zlib-framed": { protocol: "framed", zlib: true },
};

/** Undefined if equal, else what differs. */
export function differ(actual: unknown, expected: unknown): string | undefined {
  if (isDeepStrictEqual(actual, expected)) return undefined;
  return `expected ${brief(expected)}, got ${brief(actual)}`;
}

function brief(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  return text.length > 150 ? `${text.slice(0, 150)}…` : text;
}

/** What `promise` rejected with, which must be of `kind`. */
export async function caught<E>(kind: abstract new (...args: never[]) => E, promise: Promise<unknown>): Promise<E> {
  const outcome = await promise.then(
    (value) => new Error(`no error but ${brief(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof kind) return outcome;
  throw new Error(`expected ${kind.name}, got ${brief(outcome)}`);
}

export class Checks {
  readonly results: Result[] = [];
  readonly #combination: string;

  constructor(endpoint: Endpoint) {
    this.#combination = combinationName(endpoint);
  }

  /** `run` says what is wrong, or throws. */
  async check(check: string, run: () => Promise<string | undefined>): Promise<void> {
    const problem = await run().catch((error: unknown) => `${error}`);
    this.results.push({ combination: this.#combination, check, problem });
  }
}
