/**
 * How deep the types that typedefs stand for are nested, and how many parts they have: both must stay small, since a type is
 * written out wherever it is used. Knows nothing of cycles.
 */
import type { Type, Typedef } from "../program/program.ts";
import type { Code } from "../source/codes.ts";
import { quote } from "../source/diagnostic.ts";
import { MAX_DEPTH } from "../syntax/depth.ts";

const MAX_PARTS = 1000;

interface Measure {
  readonly depth: number;
  readonly parts: number;
}

const ONE: Measure = { depth: 0, parts: 1 };

export class TypedefMeasures {
  readonly #known = new Map<Typedef, Measure>();

  /** To be called for typedefs in order, those that it is made of first. Undefined: it is within the limits. */
  problemOf(typedef: Typedef): { readonly code: Code; readonly message: string } | undefined {
    const { depth, parts } = this.#measure(typedef.type);
    this.#known.set(typedef, { depth: depth + 1, parts });
    const name = quote(typedef.name);
    if (depth >= MAX_DEPTH)
      return { code: "nesting-too-deep", message: `typedef ${name} is nested more than ${MAX_DEPTH} deep` };
    if (parts > MAX_PARTS)
      return { code: "type-too-large", message: `typedef ${name} has more than ${MAX_PARTS} parts` };
    return undefined;
  }

  /** Typedefs built on it are judged as if it were small: one message is enough. */
  forget(typedef: Typedef): void {
    this.#known.set(typedef, { depth: Number.NEGATIVE_INFINITY, parts: Number.NEGATIVE_INFINITY });
  }

  #measure(type: Type): Measure {
    switch (type.kind) {
      case "typedef":
        return this.#known.get(type.typedef) ?? ONE;
      case "list":
      case "set":
        return around(this.#measure(type.element), ONE);
      case "map":
        return around(this.#measure(type.key), this.#measure(type.value));
      default:
        return ONE;
    }
  }
}

function around(first: Measure, second: Measure): Measure {
  return { depth: 1 + Math.max(first.depth, second.depth), parts: first.parts + second.parts };
}
