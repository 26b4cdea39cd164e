/**
 * The one place in which a server runs what its users wrote: handlers with the interceptors around them, makers and enders of
 * interactions, `onError`. Each runs in a context of its own, and nothing that it does, returns or throws gets past its own call. Knows no
 * connection; iterators are run by `item-pump.ts`, in the context that `items-in-context.ts` keeps for them.
 */
import { isPromise } from "../user-values/promise-like.ts";
import { printThrown } from "../user-values/thrown.ts";
import type { HandlerContext } from "./call.ts";
import { FreshContext } from "./fresh-context.ts";

/** A call whose handler runs, or has run. */
export interface HandledCall {
  readonly procedure: { invoke(args: unknown[], context: HandlerContext): unknown };
  /** running → succeeded or failed, with `outcome` the value or the error; perhaps waiting for its turn before. */
  state: "waiting" | "running" | "succeeded" | "failed";
  outcome: unknown;
}

/** Who runs calls. */
export interface CallRunner<C> {
  /** The handler of a call that answered later has come to its end; the call has its outcome. Does not throw. */
  onSettled(call: C): void;
}

/** Gets the errors that no caller may see. */
export type OnError = (error: unknown, context: HandlerContext | undefined) => unknown;

/** What one server runs. */
export class UserCode {
  readonly #context = new FreshContext();
  readonly #onError: OnError;

  constructor(onError: OnError) {
    this.#onError = onError;
  }

  /** Calls `fn` on `receiver` in a context of its own, and gives or throws what it does. */
  run<A, B, R>(fn: (a: A, b: B) => R, receiver: unknown, a: A, b: B): R {
    return this.#context.run(fn, receiver, a, b);
  }

  /** Calls the handler. True when it has come to its end, and `call` has its outcome; else `runner` is told later, once. */
  begin<C extends HandledCall & HandlerContext>(call: C, args: unknown[], runner: CallRunner<C>): boolean {
    const { procedure } = call;
    try {
      const result = this.#context.run(procedure.invoke, procedure, args, call);
      if (isPromise(result)) {
        settle(call, result, runner);
        return false;
      }
      call.state = "succeeded";
      call.outcome = result;
    } catch (error) {
      call.state = "failed";
      call.outcome = error;
    }
    return true;
  }

  /** Tells `onError`; what that throws itself is printed. Does not throw. */
  report(error: unknown, context: HandlerContext | undefined): void {
    try {
      const told = this.#context.run(this.#onError, undefined, error, context);
      if (isPromise(told)) nativeThen.call(Promise.resolve(told), undefined, (thrown) => printError(thrown, context));
    } catch (thrown) {
      printError(thrown, context);
    }
  }
}

const { then: nativeThen } = Promise.prototype;

/** Two closures cost less than an async function: a twentieth of the server's whole path (bench: rpc/native/small/1x128). */
function settle<C extends HandledCall>(call: C, result: PromiseLike<unknown>, runner: CallRunner<C>): void {
  // A native promise sees to it that a `then` of others is called once, is believed once, and may throw; one of its own may be anything.
  void nativeThen.call(
    Promise.resolve(result),
    (value) => {
      call.state = "succeeded";
      call.outcome = value;
      runner.onSettled(call);
    },
    (error) => {
      call.state = "failed";
      call.outcome = error;
      runner.onSettled(call);
    },
  );
}

/** One line on the standard error output: what `onError` does by default. Does not throw. */
export function printError(error: unknown, context: HandlerContext | undefined): void {
  printThrown(`scrimp: ${context === undefined ? "server" : `${context.method.name} for ${context.peer}`}:`, error);
}
