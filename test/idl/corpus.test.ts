import t from "tap";
import { loadProgram } from "../../idl/load/load-program.ts";
import type { Diagnostic } from "../../idl/source/diagnostic.ts";
import { checkPlaces, load } from "../helpers/idl.ts";
import { type CorpusFile, readCorpus, readTable } from "../helpers/idl-corpus.ts";
import { sharedPath } from "../helpers/shared.ts";

const data = sharedPath("data");
const skip = data === undefined && "no shared data";
t.setTimeout(300_000);

function where({ source, span, code, message }: Diagnostic): string {
  const { line, column } = source.position(span.start);
  return `${source.path}:${line}:${column} ${code} ${message}`;
}

function errorsOf(file: CorpusFile): string[] {
  const { diagnostics } = loadProgram([file.path], { includePaths: file.includePaths, cwd: data as string });
  checkPlaces(diagnostics);
  return diagnostics.filter(({ severity }) => severity === "error").map(where);
}

/** Files with the same include paths are checked in one program, which reads what they share once. */
function errorsOfAll(files: readonly CorpusFile[]): string[] {
  const groups = new Map<string, CorpusFile[]>();
  for (const file of files)
    groups.set(file.includePaths.join(" "), [...(groups.get(file.includePaths.join(" ")) ?? []), file]);
  return [...groups.values()].flatMap((group) => {
    const { diagnostics } = loadProgram(
      group.map((file) => file.path),
      { includePaths: group[0]?.includePaths ?? [], cwd: data as string },
    );
    return diagnostics.filter(({ severity }) => severity === "error").map(where);
  });
}

t.test("accepts every file that Apache's development version accepts", { skip }, async (t) => {
  const files = readCorpus().filter((file) => file.accepted);
  t.ok(files.length > 500);
  t.same(errorsOfAll(files), []);
});

t.test("accepts every file of fbthrift's dialect", { skip }, async (t) => {
  const files = readCorpus().filter((file) => file.dialect === "fbthrift");
  t.ok(files.length > 400);
  t.same(errorsOfAll(files), []);
});

/** Accepted though Apache's compiler does not: forward references, separators after headers, names that only it finds twice. */
const MORE_THAN_APACHE = 15;

t.test("rejects what Apache's compiler rejects, where nobody depends on it", { skip }, async (t) => {
  const files = readCorpus().filter((file) => !file.accepted && file.dialect === "apache");
  const accepted = files.filter((file) => errorsOf(file).length === 0).map((file) => file.path);
  t.ok(accepted.length <= MORE_THAN_APACHE, accepted.join("\n"));
});

/** Probes that refer forward: Apache's compiler rejects them, real files depend on them. */
const FORWARD = new Set([
  "service extends a later service",
  "throws a later exception",
  "default of a later typedef",
  "const of a later const",
  "later const as default",
  "service function annotations",
]);

for (const row of readTable("idl/PROBES.tsv")) {
  const question = row.question ?? "";
  t.test(`answers as Apache's development version does: ${question}`, async (t) => {
    const loaded = load({
      "main.thrift": unescape(row["source (escaped)"] ?? ""),
      "probe_inc.thrift": "struct P { 1: i32 x }",
    });
    if (FORWARD.has(question)) {
      t.notOk(loaded.hasErrors);
      t.ok(loaded.diagnostics.some(({ code }) => code === "forward-reference"));
    } else {
      t.equal(loaded.hasErrors ? "reject" : "accept", row["thrift 0.25-dev"], loaded.diagnostics.map(where).join("; "));
    }
  });
}

function unescape(text: string): string {
  const plain: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };
  return text.replace(/\\(?:([nrt\\])|u([0-9a-f]{4}))/g, (_, letter: string | undefined, code: string) =>
    letter === undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (plain[letter] ?? ""),
  );
}

/** Where the table leaves it open and we warn, or refuse at another place: the code that is reported. */
const OPEN: Readonly<Record<string, string>> = {
  "034_deep_nesting_10000.thrift": "nesting-too-deep",
  "056_duplicate_enum_value.thrift": "duplicate-value",
  "070_negative_field_id.thrift": "nonpositive-field-id",
  "084_const_missing_required.thrift": "missing-required",
  "098_map_key_unhashable.thrift": "map-key-type",
};

for (const row of readTable("invalid/EXPECT.tsv")) {
  const file = row.file ?? "";
  const open = OPEN[file];
  t.test(open === undefined ? `rejects ${file} where its mistake is` : `reports ${open} in ${file}`, async (t) => {
    const { diagnostics } = loadProgram([file], { cwd: `${data}/invalid` });
    checkPlaces(diagnostics);
    const found = diagnostics.filter(
      ({ source, severity }) => source.path === file && (severity === "error" || open !== undefined),
    );
    if (open !== undefined) t.match(found, [{ code: open }]);
    else
      t.ok(
        found.some((one) => where(one).startsWith(`${file}:${row["line:column"]} `)),
        `${row["line:column"]}: ${diagnostics.map(where).join("; ")}`,
      );
  });
}
