/** Whether zlib is at work on another thread, which no virtual clock sees. Node's own handles are asked: there is no public way. */
import { createDeflate } from "node:zlib";

interface Handle {
  init(...args: unknown[]): unknown;
  write(...args: unknown[]): unknown;
  close(...args: unknown[]): unknown;
}

const working = new Set<unknown>();

export function zlibAtWork(): boolean {
  return working.size > 0;
}

/** The place of the callback among the arguments of `init`. */
const CALLBACK = 5;

/** Begins to watch; once is enough for a process. */
export function watchZlib(): void {
  const sample = createDeflate();
  const handle = Object.getPrototypeOf((sample as unknown as { _handle: Handle })._handle) as Handle & {
    watched?: true;
  };
  sample.destroy();
  if (handle.watched === true) return;
  handle.watched = true;
  const { init, write, close } = handle;
  handle.init = function (this: Handle, ...args) {
    const done = args[CALLBACK] as (...of: unknown[]) => unknown;
    args[CALLBACK] = function (this: unknown, ...of: unknown[]) {
      working.delete(this);
      return done.apply(this, of);
    };
    return init.apply(this, args);
  };
  handle.write = function (this: Handle, ...args) {
    working.add(this);
    return write.apply(this, args);
  };
  handle.close = function (this: Handle, ...args) {
    working.delete(this);
    return close.apply(this, args);
  };
}
