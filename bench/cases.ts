/** Every case by its name. */
import type { Case } from "./case.ts";
import { codecCases } from "./codec/cases.ts";
import { idlCases } from "./idl.ts";
import { nativeCases } from "./native/cases.ts";
import { pathCases } from "./path/cases.ts";
import { rpcCases } from "./rpc/cases.ts";
import { streamCases } from "./stream/cases.ts";
import { udpCases } from "./udp/cases.ts";

export const cases: readonly Case[] = [
  ...codecCases,
  ...pathCases,
  ...rpcCases,
  ...nativeCases,
  ...udpCases,
  ...streamCases,
  ...idlCases,
];
