/**
 * The items that a caller sends, iterated in the async context in which he gave them: a generator sees the AsyncLocalStorage of
 * its own call, whichever connection asks it for the next item. Knows no streams.
 */
import { inThisContext } from "../platform/async-context.ts";
import { type Items, isIterable, iteratorOf, notIterable } from "./item-pump.ts";

/** `items`, bound to the context of now. Throws TypeError for what cannot be iterated, or what its getters throw. */
export function callersItems(items: Items | undefined): Items {
  if (!isIterable(items)) throw notIterable(items);
  // Nobody's code runs when it is iterated.
  if (Array.isArray(items)) return items;
  const inContext = inThisContext((act: () => unknown) => act());
  return {
    [Symbol.asyncIterator](): AsyncIterator<unknown> {
      const iterator = inContext(() => iteratorOf(items)) as Iterator<unknown>;
      return {
        next: () => inContext(() => iterator.next()),
        return: () => inContext(() => iterator.return?.()),
      } as AsyncIterator<unknown>;
    },
  };
}
