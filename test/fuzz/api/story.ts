/** A story: what one run of the fuzzer does, as plain data that can be kept, shrunk and replayed. Knows names of things, not the things. */

/** How a client and its server speak; the names are keys of `WIRES`. */
export type WireName = string;
/** The name of a value in `domain.ts`. */
export type ValueName = string;

export interface Story {
  readonly wire: WireName;
  readonly key: "memory" | "tcp" | "unix";
  /** Which of the random services. */
  readonly service: number;
  /** Written bytes arrive in pieces. */
  readonly split: boolean;
  /** Every call goes through interceptors that hand it on, on both sides. */
  readonly interceptors: boolean;
  /** What the server's `onError` does. */
  readonly onError: "listens" | "throws";
  /** Options of `serve` and `connect` that change how work is bounded; ordinary calls must not notice. */
  readonly bounds: "default" | "tight";
  readonly steps: readonly Step[];
}

export type Step =
  | ({ readonly do: "call" } & CallPlan)
  | { readonly do: "crowd"; readonly calls: number; readonly channel: number; readonly abort: Moment }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "leap"; readonly ms: number }
  | { readonly do: "reset" }
  | { readonly do: "silence"; readonly ms: number }
  | { readonly do: "restart"; readonly how: "close" | "drain"; readonly timeoutMs: ValueName; readonly downMs: number }
  | { readonly do: "close"; readonly channel: number; readonly times: number }
  | { readonly do: "connect"; readonly option: string; readonly value: ValueName }
  | { readonly do: "serve"; readonly option: string; readonly value: ValueName }
  | { readonly do: "squat" }
  | { readonly do: "dialer"; readonly how: string }
  | {
      readonly do: "lie";
      readonly towards: "client" | "server";
      readonly lie: Lie;
      readonly at: number;
      readonly seed: number;
    }
  | { readonly do: "garbage"; readonly seed: number; readonly bytes: number };

/** What a liar does with a frame that is under way on its connection. */
export type Lie = "drop" | "twice" | "swap" | "old" | "foreign" | "mutate" | "cut" | "slip" | "silence";

/** When a caller's signal aborts. */
export type Moment =
  | "never"
  | "before"
  | "at once"
  | "a turn later"
  | "3 ms later"
  | "in the handler"
  | "at an item"
  | "when settled";

/** The methods of `services.ts`, and `invoke`. */
export type MethodName =
  | "say"
  | "touch"
  | "typed"
  | "note"
  | "count"
  | "opened"
  | "add"
  | "collect"
  | "upper"
  | "chat"
  | "create"
  | "perform"
  | "invoke"
  | "unknown"
  | "skewOneway"
  | "skewUnary"
  | "skewType"
  | "skewKind"
  | "skewArg";

export interface CallPlan {
  /** 0 and 1 are ordinary, 2 goes by way of the liar. */
  readonly channel: number;
  readonly method: MethodName;
  /** What the handler does: the name of an act in `acts.ts`. */
  readonly act: string;
  /** Milliseconds before the handler does it. */
  readonly afterMs: number;
  /** A header that the handler sets first, and whether it catches what that throws. */
  readonly replyHeader?: { readonly name: ValueName; readonly value: ValueName; readonly catches: boolean };
  /** Options of the call; those that are absent are not there. */
  readonly options: Readonly<Partial<Record<CallOption, ValueName>>>;
  /** All of the options are this value instead. */
  readonly optionsAre?: ValueName;
  /** The argument after the id is this value instead. */
  readonly argument?: ValueName;
  readonly abort: Moment;
  /** How the caller reads what comes item by item. */
  readonly read: "all" | "one" | "none" | "slowly" | "cancel" | "throw" | "twice at once";
  /** What the caller sends item by item: the name of a source in `sources.ts`. */
  readonly source: string;
  /** What the call's interceptor at that side does; only in stories with interceptors. */
  readonly meddle?: { readonly side: "client" | "server"; readonly how: string };
}

export type CallOption = "timeoutMs" | "signal" | "headers" | "onHeaders" | "inherit" | "queueTimeoutMs";

/** The story in a few lines. */
export function tell(story: Story): string {
  const { wire, key, service, split, interceptors, onError, bounds, steps } = story;
  const traits = [
    `${wire} over ${key}`,
    `service ${service}`,
    split && "split writes",
    interceptors && "interceptors",
    onError !== "listens" && `onError ${onError}`,
    bounds !== "default" && `${bounds} bounds`,
  ].filter((trait) => trait !== false);
  return [traits.join(", "), ...steps.map((step, i) => `  ${i}. ${tellStep(step)}`)].join("\n");
}

export function tellStep(step: Step): string {
  if (step.do === "call") return tellCall(step);
  const { do: what, ...rest } = step;
  return [what, ...Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)].join(", ");
}

function tellCall(call: CallPlan): string {
  const { method, channel, act, afterMs, replyHeader, optionsAre, argument, abort, read, source, meddle } = call;
  const options = Object.entries(call.options).map(([name, value]) => `${name}: ${value}`);
  return [
    `call ${method}(${argument ?? ""}) on channel ${channel}`,
    act !== "answers" && `handler ${act}`,
    afterMs > 0 && `after ${afterMs} ms`,
    replyHeader && `reply header ${replyHeader.name}=${replyHeader.value}${replyHeader.catches ? " caught" : ""}`,
    optionsAre !== undefined && `options are ${optionsAre}`,
    options.length > 0 && `{ ${options.join(", ")} }`,
    abort !== "never" && `aborted ${abort}`,
    read !== "all" && `reads ${read}`,
    source !== "items" && `source ${source}`,
    meddle && `${meddle.side} interceptor ${meddle.how}`,
  ]
    .filter((part) => part !== false && part !== undefined)
    .join(", ");
}
