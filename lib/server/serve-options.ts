/** What `serve` and `drain` can be told. Knows only the options' types and what they mean. */
import type { HandlerContext } from "../call/call.ts";
import type { ReplyOrder } from "../call/dispatcher.ts";
import type { Interceptor } from "../call/interceptor.ts";
import type { Platform } from "../platform/platform.ts";
import type { ServeDatagramOptions } from "../session/datagram/server-options.ts";
import type { Family } from "../session/family.ts";
import type { ServeLimits } from "./limits.ts";
import type { OpeningOptions } from "./opening-options.ts";

/** How a server answers, and what it admits. */
export interface ServeOptions extends Partial<ServeLimits>, OpeningOptions {
  /**
   * Gets every error that no caller may see: what a handler threw without declaring it, a result that does not fit its type, an
   * accept that failed. `context` is the call's. Default: one line on the standard error output.
   */
  readonly onError?: (error: unknown, context: HandlerContext | undefined) => void;
  /** Order of replies on one connection. Default `auto`. */
  readonly replyOrder?: ReplyOrder;
  /** Around every call, those of interactions included, the first outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Protocol families to speak beside those that are built in. */
  readonly families?: readonly Family[];
  /** For `udp.listen(…)`. */
  readonly datagrams?: ServeDatagramOptions;
  readonly platform?: Platform;
}

/** How long a server waits for what runs. */
export interface DrainOptions {
  /** Milliseconds after which connections are closed that still have calls. Default 10,000; 0 closes at once, Infinity waits for all. */
  readonly timeoutMs?: number;
}
