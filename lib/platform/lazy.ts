/** A part of this package that is loaded when it is first needed. Knows none. */

/** Something that is loaded once, and is at hand from then on. */
export class Lazy<T> {
  loaded: T | undefined = undefined;
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Rejects as the import does; the next call tries again. */
  load(): Promise<T> {
    this.#loading ??= this.#load().then(
      (loaded) => (this.loaded = loaded),
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }
}
