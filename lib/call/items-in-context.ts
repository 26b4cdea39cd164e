/**
 * What the handler of a stream gave, as items whose iterator always runs in the context in which the handler was called: a generator sees the
 * stores that an interceptor set around it, wherever its next item is asked for. Knows no streams.
 */
import { isPromise } from "../user-values/promise-like.ts";
import { KeptContext } from "./fresh-context.ts";

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;
type AnyIterable = { [Symbol.asyncIterator](): AsyncIterator<unknown> } | { [Symbol.iterator](): Iterator<unknown> };

/** To be called where the handler has just returned `given`: its items, or with `opened` an object that has them as `stream`; or a promise. */
export function keepingContext(given: unknown, opened: boolean): unknown {
  const context = new KeptContext();
  const keep = (value: unknown): unknown => (opened ? openedIn(context, value) : itemsIn(context, value));
  return isPromise(given) ? keepLater(given, keep) : keep(given);
}

async function keepLater(given: PromiseLike<unknown>, keep: (value: unknown) => unknown): Promise<unknown> {
  return keep(await given);
}

function openedIn(context: KeptContext, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { response, stream } = value as { readonly response?: unknown; readonly stream?: unknown };
  return { response, stream: itemsIn(context, stream) };
}

/** What cannot be iterated stays as it is, and fails when it is iterated. */
function itemsIn(context: KeptContext, items: unknown): unknown {
  // An array's iterator runs nothing of anybody's.
  if (typeof items !== "object" || items === null || Array.isArray(items)) return items;
  const key = Symbol.asyncIterator in items ? Symbol.asyncIterator : Symbol.iterator;
  if (!(key in items)) return items;
  return { [key]: () => new IteratorInContext(context, items as AnyIterable, key) };
}

class IteratorInContext {
  readonly #context: KeptContext;
  readonly #iterator: AnyIterator;

  constructor(context: KeptContext, items: AnyIterable, key: typeof Symbol.asyncIterator | typeof Symbol.iterator) {
    this.#context = context;
    const make = (items as Record<symbol, () => AnyIterator>)[key] as () => AnyIterator;
    this.#iterator = context.run(make, items);
  }

  next(): unknown {
    return this.#context.run(this.#iterator.next as () => unknown, this.#iterator);
  }

  return(): unknown {
    const end = this.#iterator.return;
    return end === undefined
      ? { value: undefined, done: true }
      : this.#context.run(end as () => unknown, this.#iterator);
  }
}
