/** Dialers as others may write them: code of theirs that a channel calls. */
import { memoryPair } from "../../../lib/transport/memory.ts";
import type { Dialer, Transport } from "../../../lib/transport/transport.ts";
import { Oops, thenable, throwingProxy } from "./domain.ts";
import type { Stage } from "./stage.ts";

const fail = (): never => {
  throw new Oops();
};

const dialing = (dial: Dialer["dial"]): Dialer => ({ target: "somewhere", dial });

const closing: Transport = {
  peer: "somebody",
  queuedBytes: 0,
  start: (events) => queueMicrotask(() => events.onClose()),
  write: () => true,
  pause() {},
  resume() {},
  end() {},
  destroy() {},
};

type Make = (honest: Dialer, stage: Stage) => Dialer;

export const DIALERS: Readonly<Record<string, Make>> = {
  throws: () => dialing(fail),
  "rejects with an error": () => dialing(() => Promise.reject(new Oops())),
  "rejects with undefined": () => dialing(() => Promise.reject(undefined)),
  "rejects with a proxy that throws": () => dialing(() => Promise.reject(throwingProxy())),
  "gives a thenable that throws": () => dialing(() => thenable(fail) as never),
  "never comes back": () => dialing(() => new Promise(() => {})),
  "comes back when all is over": (honest, stage) =>
    dialing(async (platform, signal) => {
      await new Promise<void>((resolve) => stage.hold(resolve));
      return honest.dial(platform, signal);
    }),
  "gives a transport that closes at once": () => dialing(async () => closing),
  "gives a transport that nobody reads": () =>
    dialing(async () => {
      const [here] = memoryPair();
      return here;
    }),
};
