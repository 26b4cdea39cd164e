/** The UDP cases: calls beside a raw `dgram` echo and beside TCP, and one-way datagrams sent and received. */
import type { Case, Runner, Sample } from "../case.ts";
import { coreOptions, Worker } from "../processes.ts";
import { openCalls, profileCalls } from "../rpc/cases.ts";
import { RAW_DGRAM, udpContenderNames } from "../rpc/contenders.ts";
import type { Usage } from "../rpc/worker.ts";

const callCases: readonly Case[] = [1, 64].map((inFlight) => {
  const load = { message: "small", connections: 1, inFlight } as const;
  return {
    name: `udp/call/1x${inFlight}`,
    title: `small message over UDP, ${inFlight} in flight`,
    contenders: udpContenderNames,
    baseline: RAW_DGRAM,
    compared: ["calls/s", "p50", "p99"],
    sliceMs: 1000,
    quick: inFlight === 64,
    open: (contender) => openCalls(contender, load),
    profile: (contender, profiling) => profileCalls(contender, load, profiling),
  } satisfies Case;
});

/** Who sends to whom: each side is measured beside a raw one doing the same. */
const DIRECTIONS = {
  receive: (contender: string) => ({ sender: "raw", receiver: contender }),
  send: (contender: string) => ({ sender: contender, receiver: "raw" }),
} as const;

const onewayCases: readonly Case[] = (["receive", "send"] as const).map((direction) => ({
  name: `udp/oneway/${direction}`,
  title: `small message one way over UDP, ${direction === "receive" ? "received" : "sent"} as fast as it goes`,
  contenders: ["raw", "scrimp"],
  baseline: "raw",
  compared: [direction === "receive" ? "received" : "sent", `${direction === "receive" ? "receiver" : "sender"} CPU`],
  sliceMs: 1000,
  quick: direction === "receive",
  open: (contender) => openOneway(DIRECTIONS[direction](contender)),
  profile: () => Promise.reject(new Error("profile udp/call instead: it takes the same way")),
}));

async function openOneway({
  sender,
  receiver,
}: {
  readonly sender: string;
  readonly receiver: string;
}): Promise<Runner> {
  const target = await Worker.start({ role: "udp-receiver", receiver }, coreOptions("server"));
  const port = await target.ask<number>("port");
  const source = await Worker.start({ role: "udp-sender", sender, port }, coreOptions("client"));
  return {
    slice: (ms) => measure(source, target, ms),
    close: async () => {
      await source.close();
      await target.close();
    },
  };
}

/** What is still in the kernel's buffer when the sender stops has this long to be read. */
const SETTLE_MS = 100;

async function measure(source: Worker, target: Worker, ms: number): Promise<readonly Sample[]> {
  const [sourceBefore, targetBefore, before] = [
    await source.ask<Usage>("usage"),
    await target.ask<Usage>("usage"),
    await target.ask<number>("received"),
  ];
  const sent = await source.ask<number>("send", ms);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const received = (await target.ask<number>("received")) - before;
  const [sourceAfter, targetAfter] = [await source.ask<Usage>("usage"), await target.ask<Usage>("usage")];
  return [
    { metric: "sent", unit: "1/s", value: (sent / ms) * 1000 },
    { metric: "received", unit: "1/s", value: (received / ms) * 1000 },
    { metric: "lost", unit: "%", value: sent === 0 ? 0 : Math.max(0, 100 * (1 - received / sent)) },
    {
      metric: "sender CPU",
      unit: "s/100k",
      value: ((sourceAfter.cpuSeconds - sourceBefore.cpuSeconds) * 100_000) / sent,
    },
    {
      metric: "receiver CPU",
      unit: "s/100k",
      value: ((targetAfter.cpuSeconds - targetBefore.cpuSeconds) * 100_000) / Math.max(1, received),
    },
  ];
}

export const udpCases: readonly Case[] = [...callCases, ...onewayCases];
