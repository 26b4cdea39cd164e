/** Random stories for fast-check, such that it can make them shorter. Half of all calls are ordinary: it is they who must not notice. */
import fc from "fast-check";
import { ACTS, STREAM_ACTS } from "./acts.ts";
import { SENDING, SINKS, SPOILT, STREAMING, WITH_VALUE } from "./calls.ts";
import { DIALERS } from "./dialers.ts";
import {
  CALLBACKS,
  CONTEXTS,
  GETTER_CHANGES,
  GETTER_THROWS,
  HEADER_TEXTS,
  HEADERS,
  NUMBERS,
  SIGNALS,
  STRANGE,
} from "./domain.ts";
import { MEDDLERS } from "./meddlers.ts";
import { CONNECT_OPTIONS, SERVE_OPTIONS } from "./options.ts";
import { ORDINARY } from "./play.ts";
import { SERVICES } from "./services.ts";
import { SOURCES } from "./sources.ts";
import type { CallOption, CallPlan, Lie, MethodName, Moment, Step, Story } from "./story.ts";
import { WIRES } from "./wires.ts";

const one = <T>(values: Iterable<T>): fc.Arbitrary<T> => fc.constantFrom(...values);
const keys = (...tables: Readonly<Record<string, unknown>>[]): string[] =>
  tables.flatMap((table) => Object.keys(table));

const METHODS: readonly MethodName[] = [
  ...(["say", "say", "touch", "typed", "note", "count", "opened", "add", "collect", "upper", "chat"] as const),
  ...([
    "create",
    "perform",
    "invoke",
    "unknown",
    "skewOneway",
    "skewUnary",
    "skewType",
    "skewKind",
    "skewArg",
  ] as const),
];
/** Methods of which an ordinary call succeeds on every connection that has streams. */
const SOUND: readonly MethodName[] = [
  ...(["say", "say", "say", "touch", "typed", "note", "invoke"] as const),
  ...(["count", "opened", "add", "collect", "upper", "chat", "create", "perform"] as const),
];

const getters = [GETTER_THROWS, GETTER_CHANGES];
const strange = keys(STRANGE);
const numbers = keys(NUMBERS);

const OPTION: Readonly<Record<CallOption, fc.Arbitrary<string>>> = {
  timeoutMs: fc.oneof(one([...numbers, ...getters]), one(strange)),
  queueTimeoutMs: fc.oneof(one([...numbers, ...getters]), one(strange)),
  signal: fc.oneof(one(keys(SIGNALS)), one([...strange, ...getters])),
  headers: fc.oneof(
    { arbitrary: one(keys(HEADERS)), weight: 3 },
    { arbitrary: one([...strange, ...getters]), weight: 1 },
  ),
  onHeaders: fc.oneof(one(["listens", "aborts its call", ...keys(CALLBACKS)]), one([...strange, ...getters])),
  inherit: fc.oneof(one(keys(CONTEXTS)), one([...strange, ...getters])),
};

const channel = fc.constantFrom(0, 0, 0, 1, 1, 2);
const moment: fc.Arbitrary<Moment> = fc.constantFrom(
  "never",
  "before",
  "at once",
  "a turn later",
  "3 ms later",
  "in the handler",
  "at an item",
  "when settled",
);

const ordinary: fc.Arbitrary<CallPlan> = fc
  .record({ channel: fc.constantFrom(0, 0, 0, 1), method: one(SOUND), afterMs: fc.constantFrom(0, 0, 0, 3, 40) })
  .map((some) => ({ ...ORDINARY, ...some }));

/** One change of an ordinary call; a few of them make an odd one. */
type Change = (plan: CallPlan) => CallPlan;

const acts = one(keys(ACTS));
const plainActs = one(
  keys(ACTS).filter((name) => !/^(gives|promises|throws|rejects with) /.test(name) || name.includes("then")),
);
const streamActs = one(keys(STREAM_ACTS));
const calm = one(keys(SOURCES).filter((name) => !name.startsWith("items, ") && !name.startsWith("no source")));

const changes: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(plainActs, acts).map(
      (act): Change =>
        (plan) => ({ ...plan, act }),
    ),
  },
  {
    weight: 2,
    arbitrary: streamActs.map(
      (act): Change =>
        (plan) =>
          plan.method === "count" || plan.method === "opened" ? { ...plan, act } : plan,
    ),
  },
  {
    weight: 5,
    arbitrary: one(Object.keys(OPTION) as CallOption[])
      .chain((option) => OPTION[option].map((value) => ({ [option]: value })))
      .map(
        (option): Change =>
          (plan) => ({ ...plan, options: { ...plan.options, ...option } }),
      ),
  },
  {
    weight: 1,
    arbitrary: one(strange).map(
      (optionsAre): Change =>
        (plan) => ({ ...plan, optionsAre }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(one(strange), one(numbers), fc.constantFrom(SPOILT, "a Float64Array")).map(
      (argument): Change =>
        (plan) =>
          WITH_VALUE.has(plan.method) ? { ...plan, argument } : plan,
    ),
  },
  {
    weight: 3,
    arbitrary: moment.map(
      (abort): Change =>
        (plan) => ({ ...plan, abort }),
    ),
  },
  {
    weight: 2,
    arbitrary: one(["one", "none", "slowly", "cancel", "throw", "twice at once"] as const).map(
      (read): Change =>
        (plan) =>
          STREAMING.has(plan.method) && !SINKS.has(plan.method) ? { ...plan, read } : plan,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(calm, one(keys(SOURCES))).map(
      (source): Change =>
        (plan) =>
          SENDING.has(plan.method) ? { ...plan, source } : plan,
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        name: fc.oneof(fc.constant("'text'"), one(keys(HEADER_TEXTS))),
        value: one(keys(HEADER_TEXTS)),
        catches: fc.boolean(),
      })
      .map(
        (replyHeader): Change =>
          (plan) => ({ ...plan, replyHeader }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ side: fc.constantFrom("client" as const, "server" as const), how: one(keys(MEDDLERS)) }).map(
      (meddle): Change =>
        (plan) => ({ ...plan, meddle }),
    ),
  },
);

const odd: fc.Arbitrary<CallPlan> = fc
  .record({
    channel,
    method: one(METHODS),
    afterMs: fc.constantFrom(0, 0, 0, 1, 50, 2_000),
    changes: fc.array(changes, { minLength: 1, maxLength: 3 }),
  })
  .map(({ changes, ...some }) => changes.reduce((plan, change) => change(plan), { ...ORDINARY, ...some } as CallPlan));

const LIES: readonly Lie[] = ["drop", "twice", "swap", "old", "foreign", "mutate", "cut", "slip", "silence"];

const optionStep = (what: "connect" | "serve", options: Readonly<Record<string, unknown>>): fc.Arbitrary<Step> =>
  fc
    .record({ option: one(Object.keys(options)), value: fc.oneof(one([...numbers, ...getters]), one(strange)) })
    .map((some): Step => ({ do: what, ...some }));

const events: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 1, 2, 5, 100, 40_000) }),
  fc.record({
    do: fc.constant("crowd" as const),
    calls: fc.integer({ min: 2, max: 24 }),
    channel: fc.nat(1),
    abort: moment,
  }),
  fc.record({ do: fc.constant("leap" as const), ms: fc.constantFrom(1, 1_000, 3_600_000, 2 ** 32) }),
  fc.record({ do: fc.constant("reset" as const) }),
  fc.record({ do: fc.constant("squat" as const) }),
  fc.record({ do: fc.constant("dialer" as const), how: one(keys(DIALERS)) }),
  fc.record({ do: fc.constant("silence" as const), ms: fc.constantFrom(3, 500, 100_000) }),
  fc.record({
    do: fc.constant("restart" as const),
    how: fc.constantFrom("close" as const, "drain" as const),
    timeoutMs: fc.oneof(one(numbers), one([...strange, ...getters])),
    downMs: fc.constantFrom(0, 1, 8_000),
  }),
  fc.record({ do: fc.constant("close" as const), channel: fc.nat(2), times: fc.integer({ min: 1, max: 3 }) }),
  optionStep("connect", CONNECT_OPTIONS),
  optionStep("serve", SERVE_OPTIONS),
  fc.record({
    do: fc.constant("lie" as const),
    towards: fc.constantFrom("client" as const, "server" as const),
    lie: one(LIES),
    at: fc.nat(4),
    seed: fc.nat(1_000_000),
  }),
  fc.record({ do: fc.constant("garbage" as const), seed: fc.nat(1_000_000), bytes: fc.nat(200) }),
);

const call = (plan: fc.Arbitrary<CallPlan>): fc.Arbitrary<Step> => plan.map((plan): Step => ({ do: "call", ...plan }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: call(ordinary) },
  { weight: 6, arbitrary: call(odd) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Step>(
      { do: "pass", ms: 0 },
      { do: "pass", ms: 1 },
      { do: "pass", ms: 5 },
      { do: "pass", ms: 100 },
    ),
  },
  { weight: 3, arbitrary: events },
);

export const story: fc.Arbitrary<Story> = fc.record({
  wire: one([...Object.keys(WIRES), "rocket", "rocket", "framed", "header", "http", "http"]),
  key: fc.constantFrom("memory", "tcp", "unix"),
  service: fc.nat(SERVICES - 1),
  split: fc.boolean(),
  interceptors: fc.boolean(),
  onError: fc.constantFrom("listens" as const, "throws" as const),
  bounds: fc.constantFrom("default" as const, "default" as const, "default" as const, "tight" as const),
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
});
