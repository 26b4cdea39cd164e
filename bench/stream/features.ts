/** What each feature costs that can be switched on: the same small calls over Rocket without it and with it. */
import type { Case, Profiling } from "../case.ts";
import { openCalls, profileCalls } from "../rpc/cases.ts";
import { featureContenderNames, NOTHING_EXTRA } from "../rpc/contenders.ts";

/** Small messages are not worth compressing. */
const COMPRESSION = "+ compression";
const uncompressed = featureContenderNames.filter((name) => name !== COMPRESSION);

const messages = [
  ["small", "small message", uncompressed],
  ["text", "1 KiB of text", [NOTHING_EXTRA, COMPRESSION]],
] as const;

export const featureCases: readonly Case[] = messages.map(([message, title, contenders]) => {
  const load = { message, connections: 1, inFlight: 128 } as const;
  return {
    name: `stream/feature/${message}`,
    title: `${title} over Rocket, 128 in flight, with one feature switched on or off`,
    contenders,
    baseline: NOTHING_EXTRA,
    compared: ["calls/s", "server CPU", "client CPU"],
    sliceMs: 600,
    quick: false,
    open: (contender: string) => openCalls(contender, load),
    profile: (contender: string, profiling: Profiling) => profileCalls(contender, load, profiling),
  };
});
