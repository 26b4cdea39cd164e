/**
 * The virtual platform with a clock that finds out by itself when all is at rest, so that a story takes a millisecond, and that is as
 * strict about delays as Node is careless. Datagrams travel by the same clock.
 */
import type { DatagramAddress, DatagramEvents, DatagramSocket, Timer } from "../../../lib/platform/platform.ts";
import { VirtualClock } from "../../helpers/virtual-clock.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { QuickDatagrams } from "./quick-datagrams.ts";
import { zlibAtWork } from "./zlib-watch.ts";

/**
 * Turns of the event loop without a sign of life, after which all is taken to be at rest. A handler that answers a turn later and a pipe in
 * memory take three together.
 */
const QUIET_TURNS = 4;
/** Turns after which time goes on all the same: something spins. */
const MOST_TURNS = 1_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class QuickClock extends VirtualClock {
  /** Goes up whenever something is done that can be seen from here. */
  signs = 0;
  /** Delays that no timer can wait. */
  readonly wrongs: string[] = [];
  #own = 0;

  override async settle(): Promise<void> {
    for (let turns = 0, quiet = 0; quiet < QUIET_TURNS && turns < MOST_TURNS; ) {
      const before = this.signs;
      await turn();
      if (zlibAtWork()) {
        quiet = 0;
        continue;
      }
      turns++;
      quiet = this.signs === before ? quiet + 1 : 0;
    }
  }

  override start(delayMs: number, onTime: () => void): Timer {
    this.signs++;
    return super.start(this.#waits(delayMs), onTime);
  }

  /** The platform's rule: any length, Infinity for never. */
  #waits(delayMs: number): number {
    const isNumber = typeof delayMs === "number";
    if (isNumber && delayMs >= 0) return delayMs;
    this.wrongs.push(`a timer of ${isNumber ? delayMs : typeof delayMs} ms was started`);
    return 1;
  }

  override stop(timer: Timer): void {
    this.signs++;
    super.stop(timer);
  }

  /** A timer of the story's own, which is none of the library's. */
  startOwn(delayMs: number, onTime: () => void): void {
    this.#own++;
    super.start(delayMs, () => {
      this.#own--;
      this.signs++;
      onTime();
    });
  }

  /** Timers that the library has started and that have neither fired nor been stopped. */
  get left(): number {
    return this.pending - this.#own;
  }

  /** Time passes while the process stands still. */
  leap(ms: number): void {
    this.now += ms;
  }
}

export class QuickPlatform extends VirtualPlatform {
  override readonly clock: QuickClock = new QuickClock();
  readonly datagrams: QuickDatagrams = new QuickDatagrams(this);

  override now(): number {
    this.clock.signs++;
    return super.now();
  }

  override afterPoll(callback: () => void): void {
    this.clock.signs++;
    super.afterPoll(callback);
  }

  override openDatagramSocket(
    how: "bind" | "connect",
    address: DatagramAddress,
    _holdsProcess: boolean,
    events: DatagramEvents,
  ): Promise<DatagramSocket> {
    return this.datagrams.open(how, address, events);
  }
}
