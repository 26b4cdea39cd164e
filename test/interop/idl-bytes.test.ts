/**
 * Bytes of our generated TypeScript beside those of Python that Debian's compiler generated from the same file: for random
 * values of every struct, union and exception of real-world files, in binary and compact. What Python reads from our bytes it
 * must write as the very same bytes.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import t from "tap";
import { loadProgram } from "../../idl/load/load-program.ts";
import { generate } from "../../idl/typescript/generator.ts";
import { encode } from "../../lib/codec/index.ts";
import { binary } from "../../lib/protocol/binary.ts";
import { compact } from "../../lib/protocol/compact.ts";
import type { Module } from "../../lib/schema/link.ts";
import { RandomValues } from "../helpers/random-value.ts";
import { root, sharedPath } from "../helpers/shared.ts";
import { TypeScriptProject } from "../helpers/typescript.ts";

const PYTHON = "/usr/bin/python3";
const VALUES = 8;

/** Real files of different projects; what they include is generated too. */
const FILES = [
  "apache+thrift/tutorial/tutorial.thrift",
  "apache+parquet-format/src/main/thrift/parquet.thrift",
  "npm+hive-driver-1.0.0/thrift/TCLIService.thrift",
  "ByConity+hivemetastore/hive_metastore.thrift",
  "jaegertracing+jaeger-idl/thrift/jaeger.thrift",
  "jaegertracing+jaeger-idl/thrift/zipkincore.thrift",
  "evernote+evernote-thrift/src/NoteStore.thrift",
  "araddon+cass/cassandra.thrift",
  "elastic+elasticsearch-transport-thrift/elasticsearch.thrift",
  "apache+accumulo/core/src/main/thrift/tabletserver.thrift",
  "karitham+thrift-ls/tests/line-protocol/line.thrift",
  "apache+sentry/sentry-hdfs/sentry-hdfs-common/src/main/resources/sentry_hdfs_service.thrift",
  "line+armeria/thrift/thrift0.13/src/test/thrift/hbase.thrift",
  "p4lang+behavioral-model/thrift_src/standard.thrift",
  "reddit+baseplate.py/baseplate/thrift/baseplate.thrift",
  "guardian+content-entity/thrift/src/main/thrift/entity.thrift",
];

interface Request {
  readonly module: string;
  readonly struct: string;
  readonly protocol: string;
  readonly hex: string;
}

t.setTimeout(300_000);

const folder = sharedPath("data/idl");
const missing = [PYTHON, "thrift"].find((program) => spawnSync(program, ["--version"]).error !== undefined);
const skip =
  folder === undefined
    ? "../shared/data/idl is not there"
    : missing === undefined
      ? false
      : `no ${missing} on this machine`;

t.test("Python writes what it reads from us as the same bytes", { skip, timeout: 150_000 }, async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const loads = FILES.map((file, i) =>
    generateBoth(join(folder ?? "", file), join(project.folder, `f${i}`), project, `f${i}`),
  );
  for (const [i, { main, python }] of loads.entries()) {
    const { $module } = (await project.load(`f${i}/${main}`)) as { $module: Module };
    const requests = requestsFor($module, python);
    const answers = askPython(join(project.folder, `f${i}`, "python"), requests);
    const wrong = requests.flatMap((request, k) =>
      answers[k] === request.hex
        ? []
        : [`${request.struct} ${request.protocol}: wrote ${request.hex}, python ${answers[k]}`],
    );
    t.same(
      wrong.slice(0, 10),
      [],
      `${basename(FILES[i] ?? "")}: ${requests.length} values of ${[...$module.structs].length} types`,
    );
  }
});

/** TypeScript into the project, Python beside it; the name of the main file, and of Python's package for it. */
function generateBoth(
  file: string,
  target: string,
  project: TypeScriptProject,
  prefix: string,
): { main: string; python: string } {
  const { program } = loadProgram([file]);
  const [main] = program.roots;
  for (const { path, text } of generate(program)) project.add({ [`${prefix}/${path}`]: text });
  mkdirSync(join(target, "python"), { recursive: true });
  const { status, stderr } = spawnSync("thrift", ["-r", "--gen", "py", "-out", join(target, "python"), file], {
    encoding: "utf8",
  });
  if (status !== 0 || main === undefined) throw new Error(`${file}: ${stderr}`);
  const namespace = main.tree.headers.find((header) => header.kind === "namespace" && header.scope.text === "py");
  const path = generate(program).find((generated) => generated.module === main)?.path ?? "";
  return { main: path, python: namespace?.kind === "namespace" ? namespace.name.text : main.name };
}

function requestsFor(module: Module, python: string): Request[] {
  const random = new RandomValues(20_26);
  return [...module.structs].flatMap((type) =>
    Array.from({ length: VALUES }, () => random.struct(type)).flatMap((value) =>
      [binary, compact].map((protocol) => ({
        module: python,
        struct: type.name,
        protocol: protocol.name,
        hex: encode(type, value, protocol).toString("hex"),
      })),
    ),
  );
}

function askPython(path: string, requests: readonly Request[]): string[] {
  const script = join(root, "test/interop/idl-bytes.py");
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const { stdout, stderr } = spawnSync(PYTHON, [script, path], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = stdout.trimEnd().split("\n");
  if (lines.length !== requests.length) throw new Error(`python ended early: ${stderr.slice(-500)}`);
  return lines;
}
