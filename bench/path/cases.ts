/** The path cases: what the library itself costs, without sockets. docs/performance.md walks along them. */
import type { Case, Runner, Sample } from "../case.ts";
import { coreOptions, type Role, Worker } from "../processes.ts";
import { steps } from "./steps.ts";
import { ways } from "./strings.ts";

const noProfile = (): Promise<never> =>
  Promise.reject(new Error("profile rpc/small/1x128 instead: it takes the same way"));

export const pathCases: readonly Case[] = [
  {
    name: "path/call",
    title: "the steps of a small call in one process, batches of 64, each row with what comes before it on its side",
    contenders: [...steps.keys()],
    baseline: [...steps.keys()][0]!,
    compared: [],
    sliceMs: 200,
    quick: false,
    open: (step) => openWorker({ role: "path", step }),
    profile: noProfile,
  },
  {
    name: "path/strings",
    title: "ASCII strings by length",
    contenders: [...ways.keys()],
    baseline: [...ways.keys()][1]!,
    compared: [],
    sliceMs: 400,
    quick: false,
    open: (way) => openWorker({ role: "strings", way }),
    profile: noProfile,
  },
];

async function openWorker(role: Role): Promise<Runner> {
  const worker = await Worker.start(role, coreOptions("client"));
  return { slice: (ms) => worker.ask<Sample[]>("slice", ms), close: () => worker.close() };
}
