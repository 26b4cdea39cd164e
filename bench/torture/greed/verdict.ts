/** How a greed row is judged: what one greedy client may cost the others. Knows no process. */
import { median } from "../../statistics.ts";
import type { Served } from "./crowd.ts";

/** The others' p99 may be so many times what it is in quiet. */
export const BOUND = 3;
/**
 * A p99 below this counts as this, in quiet and beside greed. Three times the millisecond that a quiet server takes would be the lottery of
 * schedulers and collectors, and nobody's loss: a caller who has a network between cannot tell.
 */
export const FLOOR_MS = 20;
/**
 * What the server's process may grow by: the 256 MiB that all clients together may make it hold by default, be it messages and replies
 * (`maxHeldBytes`) or requests that are worked on (`maxRequestBytes`), and half as much again for what is copied at the moment and
 * what the collector has not given back.
 */
export const MEMORY_BOUND_MIB = 384;

/** What others may suffer. */
export interface Bounds {
  /** p99 beside the greedy one / p99 in quiet. */
  readonly ratio: number;
  /** Of their calls, how many may fail: from 0 to 1. */
  readonly failedShare: number;
}

export const BOUNDS: Bounds = { ratio: BOUND, failedShare: 0 };
/**
 * Of a flood of datagrams: all senders share one buffer in the kernel, which drops what it has no room for, whoever sent it, and a plain
 * `node:dgram` server cannot help it either (docs/torture.md). A call is sent again after 200, 400 and 800 ms: p99 has room for two of these.
 */
export const DATAGRAM_BOUNDS: Bounds = { ratio: 35, failedShare: 0.01 };
/** The same where nothing may depend on how fast the machine is. */
export const untimed = (bounds: Bounds): Bounds => ({ ...bounds, ratio: Number.POSITIVE_INFINITY });

/** One window of quiet and one of greed, one right after the other. */
export interface Window {
  readonly quiet: Served;
  /** Undefined: the server's process ended. */
  readonly greedy: Served | undefined;
  /** The most that the server's process grew by; 0 where the system does not tell. */
  readonly grownMiB: number;
  /** What the greedy client had of it. */
  readonly eaten: Eaten;
}

/** Of one greedy client, over all its connections. */
export interface Eaten {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Connections that ended before it did, whoever wanted it. */
  readonly turnedAway: number;
}

/**
 * `fair`: within all bounds. `slow`: the others' p99 is not. `refused`: too many calls of others failed. `swollen`: the memory is not.
 * `died`: the server's process ended.
 */
export type GreedOutcome = "fair" | "slow" | "refused" | "swollen" | "died";

export interface GreedVerdict {
  readonly outcome: GreedOutcome;
  /** p99 beside the greedy one / p99 in quiet, neither below the floor. */
  readonly ratio: number;
  readonly quietP99Ms: number;
  readonly greedyP99Ms: number;
  /** Of the others' calls beside the greedy one: how many failed, from 0 to 1. */
  readonly failedShare: number;
  readonly grownMiB: number;
  readonly detail: string;
}

export function ratioOf({ quiet, greedy }: Window): number {
  if (greedy === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(greedy.p99Ms, FLOOR_MS) / Math.max(quiet.p99Ms, FLOOR_MS);
}

export function outcomeOf(window: Window, { ratio, failedShare }: Bounds = BOUNDS): GreedOutcome {
  const { greedy, grownMiB } = window;
  if (greedy === undefined) return "died";
  if (greedy.failed > failedShare * greedy.calls) return "refused";
  if (ratioOf(window) > ratio) return "slow";
  return grownMiB > MEMORY_BOUND_MIB ? "swollen" : "fair";
}

/**
 * Whether more windows are needed: fair at the first try is fair; who is not gets two more and must be fair in both, so that one
 * hiccup of the machine decides nothing. `thorough`: three in any case.
 */
export function isDecided(windows: readonly Window[], thorough: boolean, bounds: Bounds = BOUNDS): boolean {
  const fair = windows.filter((window) => outcomeOf(window, bounds) === "fair").length;
  const unfair = windows.length - fair;
  if (windows.length >= 3 || unfair >= 2) return true;
  return !thorough && windows.length === 1 && fair === 1;
}

/** Fair if most windows are, and then told by those; if not, told by the others, and by what the first of them came to. */
export function judge(windows: readonly Window[], bounds: Bounds = BOUNDS): GreedVerdict {
  const outcomes = windows.map((window) => outcomeOf(window, bounds));
  const fair = outcomes.filter((outcome) => outcome === "fair").length;
  const outcome = 2 * fair > windows.length ? "fair" : outcomes.find((one) => one !== "fair")!;
  const shown = windows.filter((_, i) => (outcomes[i] === "fair") === (outcome === "fair"));
  return {
    outcome,
    ratio: median(shown.map(ratioOf)),
    quietP99Ms: median(shown.map(({ quiet }) => quiet.p99Ms)),
    greedyP99Ms: median(shown.map(({ greedy }) => greedy?.p99Ms ?? Number.POSITIVE_INFINITY)),
    failedShare: median(shown.map(({ greedy }) => (greedy === undefined ? 1 : greedy.failed / greedy.calls))),
    grownMiB: median(shown.map(({ grownMiB }) => grownMiB)),
    detail: shown.map(describe).join(" | "),
  };
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);

function describe({ quiet, greedy, grownMiB, eaten }: Window): string {
  if (greedy === undefined) return "the server's process ended";
  const failed = greedy.failed > 0 ? [`${greedy.failed} of ${greedy.calls} failed (${greedy.error})`] : [];
  return [
    `p99 ${quiet.p99Ms.toFixed(1)} → ${greedy.failed < greedy.calls ? greedy.p99Ms.toFixed(1) : "∞"} ms`,
    ...failed,
    `${Math.round(grownMiB)} MiB more, for ${mb(eaten.sentBytes)} MB offered and ${mb(eaten.receivedBytes)} MB received`,
    ...(eaten.turnedAway > 0 ? [`${eaten.turnedAway} connections ended`] : []),
  ].join(", ");
}
