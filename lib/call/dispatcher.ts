/** A server as the calls see it that it takes in: where procedures are found, and what they share. Knows no connection. */
import type { Buffer } from "node:buffer";
import type { AdmissionLimits } from "./admission-limits.ts";
import type { HandlerContext } from "./call.ts";
import type { Load } from "./load.ts";
import type { Performed, Procedure } from "./procedure.ts";
import type { UserCode } from "./user-code.ts";

/** What sessions need of the server that they take calls in for. */
export interface Dispatcher {
  /** The procedure that is named by bytes [start, end) of `buf`. */
  find(buf: Buffer, start: number, end: number): Procedure | undefined;
  /** The interaction of that name, if it is performed here. */
  performed(name: string): Performed | undefined;
  /** `procedure` within the interceptors that stand around every call; those that `find` gives are within them already. */
  intercept(procedure: Procedure): Procedure;
  /** What users wrote is run by this. */
  readonly code: UserCode;
  readonly load: Load;
  readonly limits: AdmissionLimits;
  readonly replyOrder: ReplyOrder;
  /** True when new calls are refused because the server is about to stop. */
  readonly draining: boolean;
  /** An error that no caller will see. Never throws. */
  reportError(error: unknown, context: HandlerContext | undefined): void;
}

/** `auto`: replies leave as they come, until a client has two calls with the same seqid in flight; from then on in the order of its calls. */
export type ReplyOrder = "auto" | "ordered" | "unordered";
