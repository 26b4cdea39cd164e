/** What carries a method out at a server. Knows no connection and no call. */
import type { Method, Service } from "../schema/service.ts";
import type { HandlerContext } from "./call.ts";

/** A method with what carries it out. */
export interface Procedure {
  readonly method: Method;
  /** Calls the handler: a value, a promise for one, or it throws. */
  invoke(args: unknown[], context: HandlerContext): unknown;
}

/** An interaction that a service performs. */
export interface Performed {
  readonly service: Service;
  /** What carries its methods out, for one caller; or a promise for it, or it throws. */
  make(): unknown;
}
