/**
 * Runs functions in the asynchronous context in which it was made, whatever the caller's context: what one call puts into an
 * `AsyncLocalStorage` is not seen by the next. Knows no calls.
 *
 * From Node 24 on `enterWith` changes a frame that `runInAsyncScope` restores by itself. Before that it writes a property onto the current
 * resource, where it would stay for the next to run there. A resource for each call would cost a small call a twentieth, so one
 * serves until somebody writes to it: it has no stores of its own, and its prototype notices each that it gets.
 *
 *     shared resource (async ids) → proxy (tells of writes) → base resource (the stores with which it all began)
 */
import { AsyncResource } from "node:async_hooks";

const runInScope = AsyncResource.prototype.runInAsyncScope;
/** What `runInAsyncScope` itself reads of a resource: stores are not among it. */
const SCOPE_KEYS: readonly PropertyKey[] = keysOfScope();

function keysOfScope(): PropertyKey[] {
  const keys = new Set<PropertyKey>();
  const get = (target: AsyncResource, key: PropertyKey): unknown => {
    keys.add(key);
    return Reflect.get(target, key);
  };
  runInScope.call(new Proxy(newResource(), { get }), () => {});
  return [...keys];
}

function newResource(): AsyncResource {
  // Node would else keep track of when it is collected.
  return new AsyncResource("scrimp", { requireManualDestroy: true });
}

/** Calls with a resource each after one has written to a store, since the next ones probably will: noticing it costs ten times as much. */
const CALLS_APART = 1_000;

export class FreshContext {
  readonly #base: AsyncResource = newResource();
  readonly #watched: AsyncResource;
  #resource: AsyncResource;
  #written = false;
  #busy = false;
  #apart = 0;

  constructor() {
    this.#watched = new Proxy(this.#base, {
      set: (_target, key, value, receiver: object) => {
        this.#written = true;
        return Reflect.defineProperty(receiver, key, { value, writable: true, configurable: true });
      },
    });
    this.#resource = this.#make();
  }

  #make(): AsyncResource {
    const resource = Object.create(this.#watched) as AsyncResource;
    for (const key of SCOPE_KEYS)
      Object.defineProperty(resource, key, { value: Reflect.get(this.#base, key), writable: true });
    return resource;
  }

  /** Calls `fn` on `receiver` with two arguments, and gives or throws what it does. */
  run<A, B, R>(fn: (a: A, b: B) => R, receiver: unknown, a: A, b: B): R {
    if (this.#busy || this.#apart > 0) return this.#runApart(fn, receiver, a, b);
    this.#busy = true;
    try {
      return runInScope.call(this.#resource, fn as () => R, receiver, a, b) as R;
    } finally {
      this.#busy = false;
      if (this.#written) this.#renew();
    }
  }

  #runApart<A, B, R>(fn: (a: A, b: B) => R, receiver: unknown, a: A, b: B): R {
    if (this.#apart > 0) this.#apart--;
    const resource = runInScope.call(this.#base, newResource) as AsyncResource;
    return runInScope.call(resource, fn as () => R, receiver, a, b) as R;
  }

  #renew(): void {
    this.#written = false;
    this.#apart = CALLS_APART;
    this.#resource = this.#make();
  }
}

/** Runs functions in the context in which it was made, one after another: what one puts into a store the next one finds. */
export class KeptContext {
  readonly #resource = newResource();

  /** Calls `fn` on `receiver`, and gives or throws what it does. */
  run<R>(fn: () => R, receiver: unknown): R {
    return runInScope.call(this.#resource, fn, receiver) as R;
  }
}
