/** The codec cases: one per shape, each contender in a process of its own on one core. */
import { join } from "node:path";
import type { Case, Profiling, Runner, Sample } from "../case.ts";
import { type ShapeName, shapeNames } from "../fixtures/messages.ts";
import { coreOptions, Worker } from "../processes.ts";
import { ProfiledWorker } from "../profile/profiled-worker.ts";
import { codecContenderNames } from "./contenders.ts";

const described: { readonly [N in ShapeName]: readonly [name: string, title: string] } = {
  Msg: ["codec/msg", "small message of five fields"],
  Rec: ["codec/rec", "record of ten fields"],
  Records: ["codec/records-1000", "list of 1,000 records"],
  StringMap: ["codec/string-map", "map<string,string> of 100 entries"],
  Blob: ["codec/binary-64k", "64 KiB of binary"],
  Text: ["codec/text", "non-ASCII text"],
  Sparse: ["codec/sparse", "60 optional fields, 6 set"],
};

export const codecCases: readonly Case[] = shapeNames.map((shape) => ({
  name: described[shape][0],
  title: described[shape][1],
  contenders: codecContenderNames,
  baseline: codecContenderNames[0]!,
  compared: ["encode", "decode"],
  sliceMs: 240,
  quick: true,
  open: (contender) => openCodec(contender, shape),
  profile: (contender, profiling) => profileCodec(contender, shape, profiling),
}));

async function openCodec(contender: string, shape: ShapeName): Promise<Runner> {
  const worker = await Worker.start({ role: "codec", contender, shape }, coreOptions("client"));
  return { slice: (ms) => worker.ask<Sample[]>("slice", ms), close: () => worker.close() };
}

async function profileCodec(
  contender: string,
  shape: ShapeName,
  { warmUpMs, ms, folder, stem }: Profiling,
): ReturnType<Case["profile"]> {
  const worker = await ProfiledWorker.start({ role: "codec", contender, shape }, coreOptions("client"));
  await worker.ask("slice", warmUpMs);
  for (const direction of ["encode", "decode"]) {
    await worker.startProfile(`${stem}: ${direction}`, join(folder, `${stem}.${direction}.cpuprofile`));
    await worker.ask(direction, ms);
    await worker.stopProfile();
  }
  return worker.close();
}
