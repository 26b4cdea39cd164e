/**
 * Every error that the runtime itself makes. Each says what happened to the request, so that a caller knows whether it may
 * send it again. Knows nothing of protocols: the numbers that stand for these codes on a wire live with each session.
 */

/** `unsent`: no byte of it reached a peer that acted on it, safe to send again. `unknown`: it may have run. `answered`: the peer replied. */
export type Delivery = "unsent" | "unknown" | "answered";

/** What went wrong; the table with each code's wire forms is in docs/errors.md. */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "PROTOCOL_ERROR"
  | "LIMIT_EXCEEDED"
  | "APP_ERROR"
  | "UNKNOWN_METHOD"
  | "WRONG_KIND"
  | "BAD_SEQUENCE"
  | "MISSING_RESULT"
  | "CHECKSUM"
  | "BAD_TRANSFORM"
  | "OVERLOADED"
  | "QUEUE_TIMEOUT"
  | "SHUTTING_DOWN"
  | "DEADLINE"
  | "CANCELLED"
  | "RESPONSE_TOO_BIG"
  | "UNKNOWN_SESSION"
  | "SESSION_CREATE_FAILED"
  | "STREAM_CREDIT_TIMEOUT"
  | "STREAM_IDLE"
  | "STREAM_CLOSED"
  | "CONNECT_FAILED"
  | "CONNECTION_LOST"
  | "CLOSED"
  | "CONFIGURATION"
  | "UNSUPPORTED";

/** Where a call was when it failed. */
export type Phase = "encode" | "connect" | "queue" | "write" | "wait" | "decode" | "handler" | "stream" | "interceptor";

/** What is known of an error besides its code and text. */
export interface ErrorDetails {
  /** Default `unknown`: `unsent` and `answered` are said only where they are proven. */
  readonly delivery?: Delivery;
  readonly phase?: Phase;
  /** `host:port`, path or name of the other side. */
  readonly peer?: string;
  readonly method?: string;
  /** Milliseconds since the call began. */
  readonly elapsedMs?: number;
  readonly cause?: unknown;
  /** The number in a TApplicationException, when one came. */
  readonly applicationType?: number;
}

/**
 * Makes `instanceof` find the objects of every copy of the package in this process, not only of this one: two versions in one
 * dependency tree still understand each other's errors. Subclasses keep the usual meaning. `name` must never change.
 */
export function brand(made: abstract new (...args: never[]) => object, name: string): void {
  const mark = Symbol.for(`scrimp.${name}`);
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(made.prototype, mark, { value: true });
  Object.defineProperty(made, Symbol.hasInstance, {
    value(this: unknown, object: unknown): boolean {
      return this === made ? isMarked(object, mark) : ordinary.call(this, object);
    },
  });
}

function isMarked(object: unknown, mark: symbol): boolean {
  if (typeof object !== "object" || object === null) return false;
  try {
    return (object as { [mark: symbol]: unknown })[mark] === true;
  } catch {
    // A proxy that answers nothing: whatever it is, it is none of ours.
    return false;
  }
}

/** Base of all errors of the runtime; declared exceptions of the IDL are classes of their own. */
export class ThriftError extends Error {
  override readonly name: string = "ThriftError";
  readonly code: ErrorCode;
  readonly delivery: Delivery;
  readonly phase: Phase | undefined;
  peer: string | undefined;
  method: string | undefined;
  elapsedMs: number | undefined;
  readonly applicationType: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.delivery = details.delivery ?? "unknown";
    this.phase = details.phase;
    this.peer = details.peer;
    this.method = details.method;
    this.elapsedMs = details.elapsedMs;
    this.applicationType = details.applicationType;
  }

  /** Fills in where it happened, unless that is known already. */
  locate(where: { readonly peer?: string; readonly method?: string; readonly elapsedMs?: number }): void {
    // It may be frozen.
    if (Object.isFrozen(this)) return;
    this.peer ??= where.peer;
    this.method ??= where.method;
    this.elapsedMs ??= where.elapsedMs;
  }

  /** True when sending the same call again cannot run it twice. */
  get safeToRetry(): boolean {
    return this.delivery === "unsent";
  }
}

/** A value cannot be written as its type: names the path, the type and what was there. An argument that does not fit fails its call `unsent`. */
export class EncodeError extends ThriftError {
  override readonly name = "EncodeError";
  /** As in `work.items[3].price`. */
  readonly path: string;

  constructor(path: string, problem: string, details: ErrorDetails = {}) {
    super("INVALID_ARGUMENT", `${path}: ${problem}`, { phase: "encode", ...details });
    this.path = path;
  }
}

/** Bytes are not what the protocol allows, or announce more than a limit admits. */
export class DecodeError extends ThriftError {
  override readonly name = "DecodeError";
  /** `incomplete`: the bytes end inside a value. */
  readonly problem: "incomplete" | "invalid" | "limit";

  constructor(problem: "incomplete" | "invalid" | "limit", message: string, details: ErrorDetails = {}) {
    super(problem === "limit" ? "LIMIT_EXCEEDED" : "PROTOCOL_ERROR", message, {
      phase: "decode",
      // A call's reply has come, though nobody can read it.
      delivery: "answered",
      ...details,
    });
    this.problem = problem;
  }
}

/** The peer answered with a TApplicationException. */
export class ApplicationError extends ThriftError {
  override readonly name = "ApplicationError";
}

/** The call's time was over before an answer came. */
export class DeadlineError extends ThriftError {
  override readonly name = "DeadlineError";
}

/** No connection could be made, or the one that carried the call is gone. */
export class ConnectionError extends ThriftError {
  override readonly name = "ConnectionError";
}

/** What a call fails with when `thrown` ended it before anything of it was written: `unsent`. What is no such error of ours becomes the `cause` of one. */
export function unsentError(thrown: unknown, method: string): ThriftError {
  if (thrown instanceof ThriftError && thrown.delivery === "unsent") return thrown;
  if (thrown instanceof EncodeError && !Object.isFrozen(thrown)) {
    (thrown as { delivery: Delivery }).delivery = "unsent";
    return thrown;
  }
  return new ThriftError("INVALID_ARGUMENT", `${method}: ${textOf(thrown)}`, {
    delivery: "unsent",
    phase: "encode",
    cause: thrown,
  });
}

/** What somebody threw, in words; never throws. */
function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : `${typeof thrown} was thrown`;
  } catch {
    return "something unreadable was thrown";
  }
}

brand(ThriftError, "ThriftError");
brand(EncodeError, "EncodeError");
brand(DecodeError, "DecodeError");
brand(ApplicationError, "ApplicationError");
brand(DeadlineError, "DeadlineError");
brand(ConnectionError, "ConnectionError");
