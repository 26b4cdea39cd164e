/** What a load case finds: numbers, some of which must keep to a bound. */

export interface Figure {
  readonly case: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it must be, where it must be something. */
  readonly bound?: { readonly atMost: number } | { readonly atLeast: number };
}

export function holds({ value, bound }: Figure): boolean {
  if (bound === undefined) return true;
  return "atMost" in bound ? value <= bound.atMost : value >= bound.atLeast;
}

export function boundText({ bound }: Figure): string {
  if (bound === undefined) return "";
  return "atMost" in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
}
