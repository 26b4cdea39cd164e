/** The stream cases: items in flow, streams at rest, small beside big, and what Rocket's features cost. */
import type { Case } from "../case.ts";
import { besideCases } from "./beside.ts";
import { featureCases } from "./features.ts";
import { flowCases } from "./flow.ts";
import { restCase } from "./rest.ts";

export const streamCases: readonly Case[] = [...flowCases, restCase, ...besideCases, ...featureCases];
