/** The tables of docs/performance.md, from results: the small message through every codec, calls and streams through every stack. */
import type { Result } from "./case.ts";
import type { Environment } from "./environment.ts";
import { pairedRatio } from "./statistics.ts";
import { figure, ratioText } from "./table.ts";

interface Column {
  readonly head: string;
  readonly case: string;
  readonly metric: string;
  readonly show: (result: Result, base: Result | undefined) => string;
}

const absolute = (result: Result): string => figure(result.median);
const withRatio = (result: Result, base: Result | undefined): string =>
  base === undefined || base === result
    ? figure(result.median)
    : `${figure(result.median)} (${ratioText(pairedRatio(result.runs, base.runs))})`;

const millions = (head: string, name: string, metric: string): Column => ({
  head,
  case: name,
  metric,
  show: withRatio,
});

const codecColumns: readonly Column[] = [
  { head: "bytes", case: "codec/msg", metric: "bytes", show: absolute },
  millions("small: encode", "codec/msg", "encode"),
  millions("small: decode", "codec/msg", "decode"),
  millions("record: encode", "codec/rec", "encode"),
  millions("record: decode", "codec/rec", "decode"),
];

const calls = (head: string, name: string): Column => ({ head, case: name, metric: "calls/s", show: withRatio });

const callColumns: readonly Column[] = [
  calls("1 × 128: calls/s", "rpc/small/1x128"),
  { head: "p50 µs", case: "rpc/small/1x128", metric: "p50", show: absolute },
  { head: "server CPU s/100,000", case: "rpc/small/1x128", metric: "server CPU", show: withRatio },
  calls("16 × 16: calls/s", "rpc/small/16x16"),
  { head: "1 × 1: p50 µs", case: "rpc/small/1x1", metric: "p50", show: withRatio },
  calls("1 KiB, 1 × 128: calls/s", "rpc/text/1x128"),
  calls("64 KiB, 1 × 128: calls/s", "rpc/binary/1x128"),
];

const serverColumns: readonly Column[] = [
  { head: "calls/s", case: "rpc/native/small/1x128", metric: "calls/s", show: withRatio },
  { head: "server CPU s/100,000", case: "rpc/native/small/1x128", metric: "server CPU", show: withRatio },
];

const flow = (head: string, name: string, metric: string): Column => ({ head, case: name, metric, show: withRatio });
const plain = (head: string, name: string, metric: string): Column => ({ head, case: name, metric, show: absolute });

const streamColumns: readonly Column[] = [
  flow("from the server, 64 B: items/s", "stream/server/64", "items/s"),
  flow("16 KiB: MB/s", "stream/server/16k", "MB/s"),
  flow("from the client, 64 B: items/s", "stream/client/64", "items/s"),
  flow("16 KiB: MB/s", "stream/client/16k", "MB/s"),
  plain("at rest: bytes of heap, server", "stream/rest", "server heap"),
  plain("client", "stream/rest", "client heap"),
  plain("small call beside 10 MB answers: p50 µs", "stream/beside/answers", "p50"),
  plain("p99 µs", "stream/beside/answers", "p99"),
];

/** The cases that the tables are made of. */
export const markdownCases: ReadonlySet<string> = new Set(
  [...codecColumns, ...callColumns, ...serverColumns, ...streamColumns].map((column) => column.case),
);

const OURS = "scrimp";
const RAW = "raw net echo";
const RAW_STREAM = "raw net socket";

/** Markdown of everything that the run measured. */
export function markdown(environment: Environment, results: readonly Result[]): string {
  const made = `Made by \`npm run bench -- --markdown\` on ${environment.date.slice(0, 10)}: Node ${environment.node}, ${environment.cores} × ${environment.cpu}, ${environment.platform}, server and client on one core each, loopback. Medians of ${environment.effort.launches * environment.effort.rounds} interleaved rounds; in parentheses the ratio, round by round, to`;
  const parts = [
    section(`**Codec alone**, millions a second of CPU time. ${made} scrimp.`, "codec", codecColumns, OURS, results),
    section(
      `**Calls**, connections × calls in flight; the small message where no other is named. In parentheses the ratio to a raw \`net\` echo of the same bytes in the same batches.`,
      "client and server",
      callColumns,
      RAW,
      results,
    ),
    section(`**Server alone** under a native load program, 1 × 128.`, "server", serverColumns, RAW, results),
    section(
      `**Streams**, one at a time, of items of a size; 10,000 open ones that rest after an item; small calls on a connection that carries large answers. In parentheses the ratio to a raw \`net\` socket that sends the same bytes.`,
      "client and server",
      streamColumns,
      RAW_STREAM,
      results,
    ),
    betterElsewhere(results),
    [versions(environment), ...environment.notes.map((note) => `Note: ${note}.`)].join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function section(
  lead: string,
  corner: string,
  columns: readonly Column[],
  baseline: string,
  results: readonly Result[],
): string {
  const find = (column: Column, contender: string): Result | undefined =>
    results.find((r) => r.case === column.case && r.metric === column.metric && r.contender === contender);
  const present = columns.filter((column) => results.some((r) => r.case === column.case && r.metric === column.metric));
  if (present.length === 0) return "";
  const contenders = [
    ...new Set(results.filter((r) => present.some((column) => column.case === r.case)).map((r) => r.contender)),
  ];
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = contenders.map((contender) => {
    const cells = present.map((column) => {
      const result = find(column, contender);
      return result === undefined ? "" : column.show(result, find(column, baseline));
    });
    return row([contender === OURS ? `**${contender}**` : contender, ...cells]);
  });
  return [
    lead,
    "",
    row([corner, ...present.map(({ head }) => head)]),
    row(["---", ...present.map(() => "---:")]),
    ...lines,
  ].join("\n");
}

/** Metrics of which less is better. */
const LESS = new Set([
  "bytes",
  "p50",
  "p99",
  "p50 alone",
  "p99 alone",
  "server CPU",
  "client CPU",
  "server memory",
  "client memory",
  "server heap",
  "client heap",
  "server RSS",
  "client RSS",
  "encode allocation",
  "decode allocation",
]);

/** A peer counts as better from this factor on; below it the noise decides. */
const CLEARLY = 1.1;

/** What a peer does better than we do, by case: the table says what is good, this says the rest. */
function betterElsewhere(results: readonly Result[]): string {
  const lines: string[] = [];
  for (const ours of results.filter(({ contender }) => contender === OURS)) {
    const peers = results.filter(
      (r) =>
        r.case === ours.case &&
        r.metric === ours.metric &&
        !r.contender.startsWith(OURS) &&
        !r.contender.startsWith("raw"),
    );
    const better = peers.flatMap((peer) => {
      const ratio = pairedRatio(peer.runs, ours.runs);
      const factor = LESS.has(ours.metric) ? 1 / ratio : ratio;
      return factor >= CLEARLY ? [`${peer.contender} ${factor > 100 ? "> 100" : ratioText(factor)} ×`] : [];
    });
    if (better.length > 0) lines.push(`- ${ours.case}, ${ours.metric}: ${better.join(", ")}`);
  }
  return lines.length === 0 ? "" : ["Where others are better (by more than a tenth):", "", ...lines].join("\n");
}

function versions(environment: Environment): string {
  const list = Object.entries(environment.packages).map(([name, version]) => `${name} ${version}`);
  return `Versions: ${list.join(", ")}.`;
}
