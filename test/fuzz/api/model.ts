/** What may come of a call, by all that is odd about it and all that befell it. Knows stories and records, no connection. */
import { isDeepStrictEqual } from "node:util";
import { headerBytes, judgedHeaders } from "../../../lib/call/headers.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import type { CallHeaders } from "../../../lib/framing/call-headers.ts";
import { isA } from "../../../lib/user-values/thrown.ts";
import { actOf, LATE_MS } from "./acts.ts";
import { DEFAULT_TIMEOUT_MS, describe, SENDING, SINKS, SPOILT, STREAMING, sent } from "./calls.ts";
import { GETTER_CHANGES, GETTER_FIRST, GETTER_THROWS, Oops, valueOf } from "./domain.ts";
import { itemsOf, textOf } from "./handlers.ts";
import { typedValue } from "./services.ts";
import { sourceOf } from "./sources.ts";
import type { CallRecord, Stage } from "./stage.ts";
import type { CallOption, CallPlan, Step, Story } from "./story.ts";
import { type Wire, wireOf } from "./wires.ts";
import { LIAR } from "./world.ts";

/** What may come of a call. */
export interface Expectation {
  /** The right answer. */
  right: boolean;
  /** Errors of ours with these codes. */
  readonly codes: Set<string>;
  /** The declared exception. */
  declared: boolean;
  /** Any error of ours, and the right answer. */
  disturbed: boolean;
  /** Whatever there is. */
  anything: boolean;
  /** It must not have been begun. */
  unsent: boolean;
}

/** What is to be made of one option. */
type Verdict = "fine" | "refused" | "maybe" | "late" | "cancelled" | "unsupported" | "too long" | "thrown" | "anything";

/** What a call takes in a fair world, beside what its handler waits. */
const USUAL_MS = 1_500;
/** Longer than any story. */
export const ENDLESS_MS = 1e9;

const none = (value: unknown): boolean => value === undefined;

const VERDICTS: Readonly<Record<CallOption, (value: unknown, name: string, wire: Wire) => Verdict>> = {
  timeoutMs(value) {
    if (typeof value !== "number") return none(value) ? "fine" : value === null ? "maybe" : "refused";
    if (Number.isNaN(value)) return "refused";
    return value > 0 ? "fine" : "late";
  },
  queueTimeoutMs(value) {
    if (typeof value !== "number") return none(value) ? "fine" : value === null ? "maybe" : "refused";
    return value >= 0 ? "fine" : "refused";
  },
  signal(value, name) {
    if (isA(value, AbortSignal)) return value.aborted ? "cancelled" : "fine";
    return none(value) ? "fine" : value === null || name.includes("signal") ? "maybe" : "refused";
  },
  headers(value, _name, { headers: carried, maxHeadBytes = Number.POSITIVE_INFINITY }) {
    if (none(value)) return "fine";
    if (value === null) return "maybe";
    try {
      const judged = judgedHeaders(value);
      if (judged === undefined) return Object.getPrototypeOf(value) === Object.prototype ? "fine" : "maybe";
      if (!carried) return "unsupported";
      if (bytesOf(judged) > maxHeadBytes) return "too long";
      return isA(value, Map) || Array.isArray(value) || judged.has("host") || judged.has("content-length")
        ? "maybe"
        : "fine";
    } catch (error) {
      return isA(error, ThriftError) && typeof value !== "function" ? "refused" : "thrown";
    }
  },
  onHeaders(value) {
    if (typeof value === "function") return "anything";
    return none(value) ? "fine" : value === null ? "maybe" : "refused";
  },
  inherit(value, name) {
    if (name === "a context") return "fine";
    if (name === "a context without time") return "late";
    if (name === "an aborted context") return "cancelled";
    return none(value) ? "fine" : value === null || name.includes("context") ? "maybe" : "refused";
  },
};

function verdictOf(option: CallOption, name: string, wire: Wire): Verdict {
  if (name === GETTER_THROWS) return "thrown";
  // It is read once.
  if (name === GETTER_CHANGES) return VERDICTS[option](GETTER_FIRST, name, wire);
  if (name === "listens") return "fine";
  if (name === "aborts its call") return "anything";
  return VERDICTS[option](valueOf(name), name, wire);
}

function bytesOf(headers: CallHeaders): number {
  let bytes = 0;
  for (const [name, value] of headers) bytes += headerBytes(name, value);
  return bytes;
}

/** Milliseconds that its caller gives it. */
export function timeoutOf(plan: CallPlan): number {
  if (plan.optionsAre !== undefined) return DEFAULT_TIMEOUT_MS;
  const { timeoutMs, inherit } = plan.options;
  const named =
    timeoutMs === GETTER_CHANGES
      ? GETTER_FIRST
      : timeoutMs === undefined || timeoutMs === GETTER_THROWS
        ? undefined
        : valueOf(timeoutMs);
  const own = typeof named === "number" && !Number.isNaN(named) ? Math.max(0, named) : DEFAULT_TIMEOUT_MS;
  return inherit?.startsWith("a context") === true ? Math.min(own, 5_000) : own;
}

/** Whether its connection can carry it at all. */
function unsupported(plan: CallPlan, story: Story): boolean {
  const { streams } = wireOf(story.wire);
  return (
    !streams &&
    (STREAMING.has(plan.method) || SINKS.has(plan.method) || plan.method === "create" || plan.method === "perform")
  );
}

export function expectationOf(call: CallRecord, story: Story, stage: Stage): Expectation {
  const { plan } = call;
  const may: Expectation = {
    right: true,
    codes: new Set(),
    declared: false,
    disturbed: call.disturbed || plan.channel === LIAR,
    anything: false,
    unsent: false,
  };
  byAct(may, call, story);
  byMethod(may, plan, story);
  byWorld(may, call, story, stage);
  byAbort(may, call);
  byOptions(may, plan, story);
  byArgument(may, plan, stage);
  return may;
}

function byAct(may: Expectation, { plan }: CallRecord, story: Story): void {
  if (plan.meddle !== undefined && story.interceptors) may.anything = true;
  if (plan.method === "note" || plan.method === "skewOneway") return;
  const { comes } = actOf(plan.act);
  const streaming = STREAMING.has(plan.method) || SINKS.has(plan.method);
  if (plan.replyHeader?.catches === false) may.codes.add("APP_ERROR");
  if (comes === "right") return;
  may.right = comes === "anything";
  if (comes === "anything") may.disturbed = true;
  else if (comes === "never") may.codes.add("DEADLINE");
  else if (comes === "late") {
    may.codes.add("DEADLINE");
    may.right = timeoutOf(plan) > LATE_MS;
  } else if (comes === "app error") may.codes.add("APP_ERROR");
  else if (comes === "declared") {
    may.declared = true;
    may.codes.add("APP_ERROR");
  } else for (const code of ["RESPONSE_TOO_BIG", "APP_ERROR", "LIMIT_EXCEEDED"]) may.codes.add(code);
  // Nothing to say, or something of another type, is an answer in its way.
  if (plan.method === "touch" || plan.method === "invoke" || plan.method === "typed")
    may.right = may.right || comes === "too big";
  if (streaming) may.disturbed = may.declared = true;
  // What else it gives may be no interaction.
  if (plan.method === "create") may.disturbed = true;
}

function byMethod(may: Expectation, plan: CallPlan, story: Story): void {
  const skew = (...codes: string[]): void => {
    may.right = false;
    for (const code of codes) may.codes.add(code);
  };
  switch (plan.method) {
    case "unknown":
      return skew("UNKNOWN_METHOD");
    case "skewOneway":
      return;
    case "skewUnary":
      // Of what it gets back, nothing is an answer as well as any.
      may.right = true;
      // Apache's Go client sends oneway calls as any other and reads no answer: over a plain connection there is none.
      if (isPlain(story) || mayTurnPlain(story) || wireOf(story.wire).once === false) may.codes.add("DEADLINE");
      // One without a deadline waits until its channel is closed.
      if (may.codes.has("DEADLINE") && timeoutOf(plan) > ENDLESS_MS) may.codes.add("CLOSED");
      return void ["WRONG_KIND", "MISSING_RESULT", "PROTOCOL_ERROR"].forEach((code) => may.codes.add(code));
    case "skewType":
      return skew("MISSING_RESULT", "PROTOCOL_ERROR", "WRONG_KIND", "LIMIT_EXCEEDED");
    case "skewKind":
      if (plan.read === "none" || plan.read === "cancel") may.anything = true;
      return skew("WRONG_KIND", "UNSUPPORTED", "MISSING_RESULT", "PROTOCOL_ERROR");
    case "skewArg":
      // What the server misses it may leave out.
      may.anything = true;
      return;
    default:
      if (SENDING.has(plan.method) && sourceOf(plan.source).good !== true) may.anything = true;
      if (STREAMING.has(plan.method) && plan.read !== "all" && plan.read !== "slowly") may.anything = true;
  }
}

/** A classic connection, on which answers are not owed one for one. */
function isPlain({ wire }: Story): boolean {
  const { streams, oneAtATime, datagrams } = wireOf(wire);
  return !streams && oneAtATime === undefined && datagrams === undefined;
}

function byWorld(may: Expectation, call: CallRecord, story: Story, stage: Stage): void {
  const { plan } = call;
  if (story.bounds === "tight") for (const code of ["OVERLOADED", "QUEUE_TIMEOUT", "DEADLINE"]) may.codes.add(code);
  // What was lost is sent again more and more slowly, and after a long silence nobody knows what has run.
  if (wireOf(story.wire).datagrams !== undefined && story.steps.some((step) => STORMS.has(step.do)))
    may.disturbed = true;
  // Who shows no cookie is answered in few bytes only.
  if (wireOf(story.wire).once === false) may.codes.add("APP_ERROR");
  // A server that just closes says no farewell: what is sent before the end of its connection arrives may have run.
  if (story.steps.some((step) => step.do === "restart")) may.codes.add("CONNECTION_LOST");
  // What was not told in time is taken for a server of classic Thrift.
  if (mayTurnPlain(story)) may.codes.add("UNSUPPORTED");
  // The deadline of a stream or sink bounds it to its end, however long its reader or its items take.
  if (STREAMING.has(plan.method) || SINKS.has(plan.method)) may.codes.add("DEADLINE");
  // One that may have no end is given up by the story.
  if (timeoutOf(plan) > ENDLESS_MS || plan.meddle !== undefined) may.codes.add("CANCELLED");
  if (timeoutOf(plan) > ENDLESS_MS) {
    may.right = true;
    // What its handler does in the end.
    if (actOf(plan.act).comes === "never") may.codes.add("APP_ERROR");
  }
  if (timeoutOf(plan) < USUAL_MS + plan.afterMs) {
    may.codes.add("DEADLINE");
    if (story.steps.some((step) => STORMS.has(step.do) || isLong(step))) may.codes.add("CONNECT_FAILED");
  }
  if (
    wireOf(story.wire).oneAtATime === true &&
    stage.calls.some((other) => other !== call && other.plan.channel === plan.channel && isSlow(other))
  )
    may.codes.add("DEADLINE");
}

/** A connection that has said nothing for so long may be closed, and the next call has to wait for another. */
function isLong(step: Step): boolean {
  return step.do === "pass" && step.ms > 5_000;
}

/** A server that was not heard in time, or ended the question, is taken for one of classic Thrift. */
function mayTurnPlain({ wire, steps }: Story): boolean {
  return wire === "auto" && steps.some((step) => STORMS.has(step.do));
}

const STORMS: ReadonlySet<string> = new Set(["reset", "silence", "restart", "leap"]);

/** It may hold up all that come after it where one is carried at a time. */
function isSlow({ plan }: CallRecord): boolean {
  return (
    actOf(plan.act).comes === "never" ||
    plan.act.startsWith("calls on") ||
    plan.meddle !== undefined ||
    plan.afterMs > 1_000 ||
    plan.method === "skewUnary"
  );
}

function byAbort(may: Expectation, call: CallRecord): void {
  if (!call.aborted) return;
  may.codes.add("CANCELLED");
  if (call.abortedAtStart) {
    may.right = may.declared = may.disturbed = false;
    may.unsent = true;
  }
}

const BY_VERDICT: Readonly<Partial<Record<Verdict, string>>> = {
  refused: "INVALID_ARGUMENT",
  maybe: "INVALID_ARGUMENT",
  late: "DEADLINE",
  cancelled: "CANCELLED",
  unsupported: "UNSUPPORTED",
  "too long": "INVALID_ARGUMENT",
  thrown: "INVALID_ARGUMENT",
};

/** The call may fail while it waits for one. */
const TOLD_BY_CONNECTIONS: ReadonlySet<Verdict> = new Set(["unsupported", "too long"]);

function byOptions(may: Expectation, plan: CallPlan, story: Story): void {
  if (unsupported(plan, story)) deny(may, "UNSUPPORTED", may.disturbed);
  const wire = wireOf(story.wire);
  if (plan.optionsAre !== undefined) {
    if (plan.optionsAre === "undefined") return;
    may.codes.add("INVALID_ARGUMENT");
    if (plan.optionsAre.includes("throws") || plan.optionsAre.includes("revoked")) may.anything = true;
    return;
  }
  // Only Rocket can say it to a server.
  if (plan.options.queueTimeoutMs !== undefined && !wire.streams) may.codes.add("UNSUPPORTED");
  const before = may.unsent;
  const { disturbed } = may;
  for (const [option, name] of Object.entries(plan.options)) {
    const verdict = verdictOf(option as CallOption, name, wire);
    const code = BY_VERDICT[verdict];
    if (verdict === "anything" || verdict === "thrown") may.anything ||= verdict === "anything";
    if (code !== undefined) may.codes.add(code);
    if (verdict === "maybe" && option === "headers" && !wire.headers) may.codes.add("UNSUPPORTED");
    if (code === undefined || verdict === "maybe" || TOLD_BY_CONNECTIONS.has(verdict)) continue;
    if (verdict === "thrown") may.disturbed = true;
    deny(may, code);
  }
  for (const [option, name] of Object.entries(plan.options)) {
    const verdict = verdictOf(option as CallOption, name, wire);
    if (TOLD_BY_CONNECTIONS.has(verdict)) deny(may, BY_VERDICT[verdict] as string, disturbed);
  }
  // The first of several reasons wins, whichever that is.
  if (before) may.codes.add("CANCELLED");
}

/** It is given up before it is sent. `disturbed`: something may come in between. */
function deny(may: Expectation, code: string, disturbed = false): void {
  may.right = may.declared = false;
  may.disturbed = disturbed;
  may.codes.delete("APP_ERROR");
  may.codes.add(code);
  may.unsent = true;
}

function byArgument(may: Expectation, plan: CallPlan, stage: Stage): void {
  const { argument, method } = plan;
  if (argument === undefined || argument === SPOILT) return;
  const value = valueOf(argument);
  const text = method !== "typed" && method !== "count" && method !== "skewKind" && method !== "invoke";
  if (text && typeof value !== "string") return deny(may, "INVALID_ARGUMENT", may.disturbed);
  may.codes.add("INVALID_ARGUMENT");
  // What fits a type by chance comes back as whatever it is to that type.
  may.anything ||= method !== "invoke" || stage.intercepted;
  if (method === "invoke") may.disturbed = true;
}

/** Why what came is wrong; undefined when it is not. */
export function wrongOf(call: CallRecord, story: Story, stage: Stage): string | undefined {
  const { outcome } = call;
  if (outcome === undefined) return undefined;
  const may = expectationOf(call, story, stage);
  if ("value" in outcome) return wrongValue(call, outcome.value, may, stage);
  return wrongError(call, outcome.error, may, stage);
}

function wrongValue(call: CallRecord, value: unknown, may: Expectation, stage: Stage): string | undefined {
  if (may.unsent && !may.anything) return `it succeeded where it had to fail with ${list(may)}`;
  const { method, argument } = call.plan;
  if (method === "invoke" && argument !== undefined && argument !== SPOILT && !may.anything)
    return wrongPacked(call, value);
  if (may.anything) return undefined;
  if (call.plan.channel === LIAR && (stage.mutated || (stage.lied && STREAMING.has(method)))) return undefined;
  if (may.unsent || (!may.right && !may.disturbed)) return `it succeeded where it had to fail with ${list(may)}`;
  if (actOf(call.plan.act).comes === "anything") return undefined;
  if (isRight(call, value, stage)) return undefined;
  return `it got a wrong answer: ${shown(value)}`;
}

/** `invoke` gives back what it was given, or refuses it: numbers are compared one by one, whatever holds them. */
function wrongPacked(call: CallRecord, value: unknown): string | undefined {
  const given = valueOf(call.plan.argument as string);
  if (!ArrayBuffer.isView(given) || actOf(call.plan.act).comes !== "right") return undefined;
  const numbers = (of: unknown): unknown => {
    try {
      return [...(of as Iterable<unknown>)];
    } catch {
      return of;
    }
  };
  return isDeepStrictEqual(numbers(value), numbers(given))
    ? undefined
    : `invoke gave ${shown(value)} for ${shown(given)}`;
}

function wrongError(call: CallRecord, error: unknown, may: Expectation, stage: Stage): string | undefined {
  if (may.anything) return undefined;
  if (isA(error, stage.pair.ClientRefused))
    return may.declared ? undefined : `it got a declared exception that nobody threw`;
  if (!isA(error, ThriftError)) {
    if (isA(error, Oops) && may.codes.has("INVALID_ARGUMENT")) return undefined;
    return `it failed with no error of ours: ${describe(error)}`;
  }
  if (may.unsent && error.delivery !== "unsent")
    return `it says ${error.delivery} though it was never sent: ${describe(error)}`;
  if (may.disturbed || may.codes.has(error.code)) return undefined;
  return `it failed with ${describe(error)}; right is ${list(may)}`;
}

function list({ right, declared, codes }: Expectation): string {
  return (
    [...(right ? ["the right answer"] : []), ...(declared ? ["the declared exception"] : []), ...codes].join(", ") ||
    "nothing"
  );
}

function shown(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part))?.slice(0, 200) ??
      String(value)
    );
  } catch {
    return "something that cannot be shown";
  }
}

function isRight(call: CallRecord, value: unknown, stage: Stage): boolean {
  return isDeepStrictEqual(value, rightFor(call, stage));
}

function rightFor(call: CallRecord, stage: Stage): unknown {
  const { id, plan } = call;
  const text = textOf(id);
  const looked = (response: unknown): unknown => (id % 2 === 0 ? undefined : response);
  const count = itemsOf(id);
  switch (plan.method) {
    case "touch":
    case "note":
    case "skewOneway":
    case "skewUnary":
      return undefined;
    case "typed":
      return typedValue(stage.pair, id);
    case "invoke":
      return text;
    case "count":
      return { response: looked(undefined), items: Array.from({ length: count }, (_, i) => i + 1) };
    case "opened":
      return { response: looked(`opened:${id}:${text}`), items: [...text] };
    case "add":
      return BigInt((count * (count - 1)) / 2);
    case "collect":
      return BigInt((count * (count - 1)) / 2);
    case "upper":
      return { response: looked(undefined), items: sent(call).map((item) => (item as string).toUpperCase()) };
    case "chat":
      return {
        response: looked(`chat:${id}:${text}`),
        items: sent(call).map((item) => (item as string).toUpperCase()),
      };
    case "create":
    case "perform":
      return `step:${id}:${text}`;
    default:
      return `${plan.method}:${id}:${text}`;
  }
}
