/**
 * What V8 says in its log (`--log-code --log-deopt`) about the code it made and gave up.
 *
 *     code-creation,JS,<kind>,<us>,<address>,<size>,<name> <file>:<line>:<column>,<shared function>,<tier>
 *     code-deopt,<us>,<size>,<address>,<inlining>,<offset>,<kind>,<place>,<reason>
 */

export interface Deoptimisation {
  /** The optimised function, as `name file:line:column`. */
  readonly functionKey: string;
  /** Where in it (or in what was inlined into it) the assumption failed. */
  readonly place: string;
  readonly kind: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface CodeLog {
  readonly deoptimisations: readonly Deoptimisation[];
  /** The highest tier that each function reached. */
  readonly tiers: ReadonlyMap<string, Tier>;
}

export type Tier = "interpreted" | "baseline" | "optimised";

/** V8's marks for its tiers. */
const TIERS: Readonly<Record<string, Tier>> = {
  "~": "interpreted",
  "^": "baseline",
  "+": "optimised",
  "*": "optimised",
};

const RANK: readonly Tier[] = ["interpreted", "baseline", "optimised"];

export function parseCodeLog(text: string): CodeLog {
  const owners = new Map<string, string>();
  const tiers = new Map<string, Tier>();
  const deoptimisations: Deoptimisation[] = [];
  for (const line of text.split("\n")) {
    const parts = line.split(",");
    if (parts[0] === "code-creation" && parts[1] === "JS") {
      const [, , , , address, , key] = parts as [string, string, string, string, string, string, string];
      owners.set(address, key);
      const tier = TIERS[parts.at(-1)!] ?? "interpreted";
      if (RANK.indexOf(tier) >= RANK.indexOf(tiers.get(key) ?? "interpreted")) tiers.set(key, tier);
    } else if (parts[0] === "code-deopt") {
      deoptimisations.push(deoptimisation(parts, owners));
    }
  }
  return { deoptimisations, tiers };
}

function deoptimisation(parts: readonly string[], owners: ReadonlyMap<string, string>): Deoptimisation {
  const [, us, , address, , , kind, ...rest] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ];
  return {
    functionKey: owners.get(address) ?? "?",
    place: rest.slice(0, -1).join(","),
    kind,
    reason: rest.at(-1)!,
    atMs: Number(us) / 1000,
  };
}
