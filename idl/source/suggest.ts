/** "did you mean …?": the candidate that is fewest edits away. Knows nothing of what the names stand for. */

const MAX_LENGTH = 64;

/** The nearest of the candidates, if it is near: an edit for each three letters, at most three. Letter case counts little. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.floor(name.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > MAX_LENGTH || Math.abs(candidate.length - name.length) > 3) continue;
    const distance = Math.min(
      editDistance(name, candidate, bestDistance),
      editDistance(lower, candidate.toLowerCase(), bestDistance) + 0.25,
    );
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "did you mean …?", for a hint; undefined where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

const SIZE = MAX_LENGTH + 1;
/** Three rows of the table of distances, used again for each pair: candidates may be many. */
const ROWS = [new Uint8Array(SIZE), new Uint8Array(SIZE), new Uint8Array(SIZE)] as const;

/** Insertions, deletions, substitutions and swaps of neighbours; anything above `limit` may come back as Infinity. */
function editDistance(a: string, b: string, limit: number): number {
  let [before, previous, row]: [Uint8Array, Uint8Array, Uint8Array] = [...ROWS];
  for (let j = 0; j <= b.length; j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) least = Math.min(least, (row[j] = cell(a, b, i, j, row, previous, before)));
    if (least > limit) return Number.POSITIVE_INFINITY;
    [before, previous, row] = [previous, row, before];
  }
  return previous[b.length] ?? 0;
}

function cell(
  a: string,
  b: string,
  i: number,
  j: number,
  row: Uint8Array,
  previous: Uint8Array,
  before: Uint8Array,
): number {
  const cost = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
  const plain = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
  const swapped =
    i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
  return swapped ? Math.min(plain, (before[j - 2] ?? 0) + 1) : plain;
}
