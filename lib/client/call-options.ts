/**
 * A call's options, judged: the one place where they are read, each once, before anything else is done for the call. They are the
 * caller's values, and may be anything: what is none of theirs is refused, nothing is ignored. Knows no channel.
 */
import type { CallOptions, HandlerContext } from "../call/call.ts";
import type { ClientCall } from "../call/client-call.ts";
import { judgedHeaders } from "../call/headers.ts";
import { Interaction, type InteractionOptions, ofInteraction, unfitOptions } from "../call/interaction.ts";
import { ThriftError, unsentError } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import type { Method } from "../schema/service.ts";
import { isAbortSignal } from "../user-values/abort-watch.ts";

const NAMES = [
  "timeoutMs",
  "timeoutBounds",
  "idleTimeoutMs",
  "signal",
  "queueTimeoutMs",
  "onHeaders",
  "inherit",
  "headers",
] as const satisfies readonly (keyof CallOptions)[];
const KNOWN: ReadonlySet<string> = new Set(NAMES);

/** Where options that pass interceptors carry what bounds the whole call. */
const ofWhole: unique symbol = Symbol("ofWhole");

/** A call with all the attempts that interceptors make for it. */
export interface WholeCall {
  /** In the platform's milliseconds. */
  readonly deadline: number;
  attempted: boolean;
  /** The last attempt. */
  attempt: ClientCall | undefined;
  /** Its caller has been told how it ended: further attempts send nothing. */
  over: boolean;
}

interface InternalOptions extends InteractionOptions {
  readonly [ofWhole]?: WholeCall;
}

/** The call that an attempt with `options` is made for; undefined where interceptors have made the options up. */
export function wholeCallOf(options: CallOptions): WholeCall | undefined {
  return (options as InternalOptions | undefined)?.[ofWhole];
}

/** What a call's options say. */
export class CallChoices {
  timeoutMs: number | undefined = undefined;
  timeoutBounds: "call" | "response" = "call";
  idleTimeoutMs: number = Number.POSITIVE_INFINITY;
  signal: AbortSignal | undefined = undefined;
  queueTimeoutMs = 0;
  onHeaders: ((headers: CallHeaders) => void) | undefined = undefined;
  /** The context of the handler that the call is made for. */
  inherit: HandlerContext | undefined = undefined;
  parentSignal: AbortSignal | undefined = undefined;
  /** Infinity where nothing is inherited. */
  timeLeftMs: number = Number.POSITIVE_INFINITY;
  headers: CallHeaders | undefined = undefined;
  interaction: Interaction | undefined = undefined;
  /** Set for a call that interceptors hand on. */
  whole: WholeCall | undefined = undefined;

  /** The same as an object of the caller's kind: interceptors copy and change it. `whole`: what bounds the call whatever they change. */
  asOptions(whole?: WholeCall): InternalOptions {
    return {
      ...(this.timeoutMs !== undefined && { timeoutMs: this.timeoutMs }),
      ...(this.timeoutBounds !== "call" && { timeoutBounds: this.timeoutBounds }),
      ...(this.idleTimeoutMs !== Number.POSITIVE_INFINITY && { idleTimeoutMs: this.idleTimeoutMs }),
      ...(this.signal && { signal: this.signal }),
      ...(this.queueTimeoutMs !== 0 && { queueTimeoutMs: this.queueTimeoutMs }),
      ...(this.onHeaders && { onHeaders: this.onHeaders }),
      ...(this.inherit && { inherit: this.inherit }),
      ...(this.headers && { headers: Object.fromEntries(this.headers) }),
      ...(this.interaction && { [ofInteraction]: this.interaction }),
      ...(whole && { [ofWhole]: whole }),
    };
  }
}

/** The choices of a call without options. Never written to. */
const NO_CHOICES = new CallChoices();

/** What `given` says for a call of `method` with `args`. Throws INVALID_ARGUMENT, unsent, with what a getter threw as `cause`. */
export function choicesOf(method: Method, args: readonly unknown[], given: unknown): CallChoices {
  try {
    const most = method.arity + (method.kind === "sink" || method.kind === "bidi" ? 2 : 1);
    if (args.length > most) throw unfit(`${args.length} arguments, expected at most ${most} with the options`);
    return given === undefined || given === null ? NO_CHOICES : read(given);
  } catch (error) {
    throw unsentError(error, method.name);
  }
}

function read(given: unknown): CallChoices {
  const options = plainObject(given);
  const broken = options[unfitOptions];
  if (broken !== undefined) throw broken.error;
  for (const name in options)
    if (!KNOWN.has(name)) throw unfit(`unknown option ${name}, known are ${NAMES.join(", ")}`);
  const choices = new CallChoices();
  choices.timeoutMs = number("timeoutMs", options.timeoutMs, Number.NEGATIVE_INFINITY);
  choices.timeoutBounds = bounds(options.timeoutBounds);
  choices.idleTimeoutMs = number("idleTimeoutMs", options.idleTimeoutMs, Number.MIN_VALUE) ?? Number.POSITIVE_INFINITY;
  choices.queueTimeoutMs = number("queueTimeoutMs", options.queueTimeoutMs, 0) ?? 0;
  choices.signal = signal("signal", options.signal);
  choices.onHeaders = callback(options.onHeaders);
  choices.headers = judgedHeaders(options.headers);
  inherit(choices, options.inherit);
  const interaction = options[ofInteraction];
  if (interaction instanceof Interaction) choices.interaction = interaction;
  choices.whole = options[ofWhole];
  return choices;
}

/** Anything else would lose its contents without a word: a Map, a signal in the place of `{ signal }`. */
function plainObject(given: unknown): InternalOptions {
  if (Object.prototype.toString.call(given) === "[object Object]") return given as InternalOptions;
  throw unfit(`options: expected an object, got ${kindOf(given)}`);
}

function number(name: string, value: unknown, least: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= least) return value;
  const range = least > 0 ? " above 0" : least === 0 ? " of at least 0" : "";
  throw unfit(
    `${name}: expected a number of milliseconds${range}, got ${typeof value === "number" ? value : kindOf(value)}`,
  );
}

function bounds(value: unknown): "call" | "response" {
  if (value === undefined || value === null) return "call";
  if (value === "call" || value === "response") return value;
  throw unfit(`timeoutBounds: expected "call" or "response", got ${kindOf(value)}`);
}

function signal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  if (isAbortSignal(value)) return value;
  throw unfit(`${name}: expected an AbortSignal, got ${kindOf(value)}`);
}

function callback(value: unknown): CallChoices["onHeaders"] {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "function") return value as CallChoices["onHeaders"];
  throw unfit(`onHeaders: expected a function, got ${kindOf(value)}`);
}

function inherit(choices: CallChoices, value: unknown): void {
  if (value === undefined || value === null) return;
  const context = value as HandlerContext;
  if (typeof value !== "object" || typeof context.timeLeftMs !== "function")
    throw unfit(`inherit: expected the context of a handler, got ${kindOf(value)}`);
  choices.inherit = context;
  choices.parentSignal = signal("inherit.signal", context.signal);
  const timeLeftMs: unknown = context.timeLeftMs();
  choices.timeLeftMs = number("inherit.timeLeftMs()", timeLeftMs, Number.NEGATIVE_INFINITY) ?? Number.POSITIVE_INFINITY;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
}

function unfit(text: string): ThriftError {
  return new ThriftError("INVALID_ARGUMENT", text, { delivery: "unsent", phase: "encode" });
}
