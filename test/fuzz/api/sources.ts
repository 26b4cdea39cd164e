/** What gives items, well or badly, at both ends of a stream. Knows no call. */
import { Oops, STRANGE, thenable, throwingProxy, valueOf } from "./domain.ts";

/** What a source may need of its story. */
export interface SourceStage {
  /** Calls `release` when the story ends. */
  hold(release: () => void): void;
  wait(ms: number): Promise<void>;
}

export interface Source {
  /** All items come, in order, and then the end. */
  readonly good?: true;
  /** It does not end before the story does. */
  readonly endless?: true;
  make(items: readonly unknown[], stage: SourceStage): unknown;
}

const fail = (): never => {
  throw new Oops();
};

/** Endless only for those who do not stop it. */
const MOST_ITEMS = 20_000;

const iterator = (next: (i: number) => unknown, more: object = {}): unknown => {
  let i = 0;
  return { [Symbol.asyncIterator]: () => ({ next: () => next(i++), ...more }) };
};

const over = (items: readonly unknown[], more: object): unknown =>
  iterator((i) => (i < items.length ? { value: items[i], done: false } : { value: undefined, done: true }), more);

const until = (stage: SourceStage): Promise<unknown> =>
  new Promise((resolve) => stage.hold(() => resolve({ value: undefined, done: true })));

async function* slowly(items: readonly unknown[], stage: SourceStage): AsyncGenerator<unknown> {
  for (const item of items) {
    await stage.wait(1);
    yield item;
  }
}

function* endlessly(items: readonly unknown[]): Generator<unknown> {
  const item = items[0];
  for (let i = 0; i < MOST_ITEMS; i++) yield item;
}

function* behind(items: readonly unknown[], last: () => unknown): Generator<unknown> {
  yield* items;
  yield last();
}

const SOURCES_PLAIN: Readonly<Record<string, Source>> = {
  items: { good: true, make: (items) => items },
  "a generator": {
    good: true,
    *make(items) {
      yield* items;
    },
  },
  "an async generator": {
    good: true,
    async *make(items) {
      for (const item of items) yield item;
    },
  },
  "a slow generator": { good: true, make: slowly },
  "an iterator whose results are frozen": {
    good: true,
    make: (items) => iterator((i) => Promise.resolve(Object.freeze({ value: items[i], done: i >= items.length }))),
  },
  "an iterator without return": { good: true, make: (items) => over(items, {}) },
  "an iterator whose return throws": { good: true, make: (items) => over(items, { return: fail }) },
  "an iterator whose return rejects": {
    good: true,
    make: (items) => over(items, { return: () => Promise.reject(new Oops()) }),
  },
  "an iterator whose return never ends": {
    good: true,
    make: (items, stage) => over(items, { return: () => until(stage) }),
  },
  "an iterator whose return is 5": { good: true, make: (items) => over(items, { return: 5 }) },
  "an iterator whose return is a lying thenable": {
    good: true,
    make: (items) => over(items, { return: () => thenable(fail) }),
  },
  "an iterator whose return cannot be read": {
    good: true,
    make: (items) => ({
      [Symbol.asyncIterator]() {
        const inner = items[Symbol.iterator]();
        return Object.defineProperty({ next: () => Promise.resolve(inner.next()) }, "return", { get: fail });
      },
    }),
  },
  "a generator that throws first": {
    *make() {
      yield fail();
    },
  },
  "a generator that throws last": { make: (items) => behind(items, fail) },
  "a generator that throws undefined": {
    *make(items) {
      yield* items;
      // biome-ignore lint/style/useThrowOnlyError: that is the point.
      throw undefined;
    },
  },
  "an async generator whose finally throws": {
    async *make(items) {
      try {
        for (const item of items) yield item;
      } finally {
        fail();
      }
    },
  },
  "an async generator that never yields": {
    endless: true,
    async *make(_items, stage) {
      await until(stage);
      yield* [];
    },
  },
  "an async generator that stops yielding": {
    endless: true,
    async *make(items, stage) {
      for (const item of items) yield item;
      await until(stage);
    },
  },
  "an endless generator": { endless: true, make: (items) => endlessly(items) },
  "an iterator whose next throws": { make: () => iterator(fail) },
  "an iterator whose next rejects with undefined": { make: () => iterator(() => Promise.reject(undefined)) },
  "an iterator without next": { make: () => iterator(fail, { next: undefined }) },
  "an iterator whose next cannot be read": {
    make: () => ({ [Symbol.asyncIterator]: () => Object.defineProperty({}, "next", { get: fail }) }),
  },
  "an iterator whose next gives undefined": { make: () => iterator(() => undefined) },
  "an iterator whose next gives 5": { make: () => iterator(() => 5) },
  "an iterator whose next gives a proxy": { make: () => iterator(() => throwingProxy()) },
  "an iterator whose next is a lying thenable": { make: () => iterator(() => thenable(fail)) },
  "an iterator whose next never settles": { endless: true, make: () => iterator(() => thenable(() => {})) },
  "an iterator whose next settles twice": {
    make: (items) =>
      iterator((i) =>
        thenable((resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
          resolve({ value: items[i], done: i >= items.length });
          resolve({ value: "twice", done: false });
          reject(new Oops());
        }),
      ),
  },
  "an iterator whose done throws": { make: () => iterator(() => Object.defineProperty({}, "done", { get: fail })) },
  "an iterator whose value throws": {
    make: () => iterator(() => Object.defineProperty({ done: false }, "value", { get: fail })),
  },
  "an iterable whose iterator throws": { make: () => ({ [Symbol.asyncIterator]: fail }) },
  "an iterable whose iterator is none": { make: () => ({ [Symbol.asyncIterator]: () => undefined }) },
  "an iterable whose iterator is 5": { make: () => ({ [Symbol.asyncIterator]: 5 }) },
  "an iterable that cannot be read": { make: () => throwingProxy() },
  "a generator of promises": {
    *make() {
      yield Promise.resolve(1);
    },
  },
};

const odd = (name: string): Source => ({ make: (items) => behind(items, () => valueOf(name)) });

/** All, by name. */
export const SOURCES: Readonly<Record<string, Source>> = {
  ...SOURCES_PLAIN,
  ...Object.fromEntries(Object.keys(STRANGE).map((name) => [`items, then ${name}`, odd(name)])),
  ...Object.fromEntries(Object.keys(STRANGE).map((name) => [`no source but ${name}`, { make: () => valueOf(name) }])),
};

export function sourceOf(name: string): Source {
  const source = SOURCES[name];
  if (source === undefined) throw new Error(`no source is called ${name}`);
  return source;
}
