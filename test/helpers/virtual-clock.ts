/** Time that stands still until a test lets it pass; timers fire in their order. */
import "./loaded-families.ts";
import type { Timer } from "../../lib/platform/platform.ts";

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly onTime: () => void;
}

/** Turns of the event loop that promises, ticks and streams take to come to rest. */
const TURNS = 6;
/** How often they may be waited for where no alarm is set. */
const MAX_RESTS = 100;

export class VirtualClock {
  now = 1_000;
  #order = 0;
  readonly #alarms = new Set<Alarm>();

  /** Timers that were started and have neither fired nor been stopped. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Infinity is never. */
  start(delayMs: number, onTime: () => void): Timer {
    const alarm: Alarm = { at: this.now + Math.max(0, delayMs), order: this.#order++, onTime };
    if (alarm.at !== Number.POSITIVE_INFINITY) this.#alarms.add(alarm);
    return alarm as unknown as Timer;
  }

  stop(timer: Timer): void {
    this.#alarms.delete(timer as unknown as Alarm);
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets `ms` pass, firing what falls due. */
  async advance(ms: number): Promise<void> {
    const target = this.now + ms;
    await this.settle();
    for (let alarm = this.#next(target); alarm !== undefined; alarm = this.#next(target)) await this.#fire(alarm);
    this.now = target;
  }

  /** Lets time pass until `promise` settles, at most `limitMs`; then the result. */
  async until<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => undefined);
    const target = this.now + limitMs;
    await this.settle();
    for (let rests = 0; !settled; ) {
      const alarm = this.#next(target);
      if (alarm !== undefined) await this.#fire(alarm);
      // Who waits for turns of the event loop has no alarm.
      else if (++rests > MAX_RESTS) throw new Error(`not settled within ${limitMs} ms`);
      else await this.settle();
    }
    return watched;
  }

  async #fire(alarm: Alarm): Promise<void> {
    this.#alarms.delete(alarm);
    this.now = Math.max(this.now, alarm.at);
    alarm.onTime();
    await this.settle();
  }

  #next(target: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (
        alarm.at <= target &&
        (next === undefined || alarm.at < next.at || (alarm.at === next.at && alarm.order < next.order))
      )
        next = alarm;
    }
    return next;
  }
}
