/** All faults, in the order of the table. */
import type { Fault } from "./fault.ts";
import { connectionFaults } from "./faults/connection.ts";
import { crowdFaults } from "./faults/crowd.ts";
import { handlerFaults } from "./faults/handler.ts";
import { messageFaults } from "./faults/message.ts";
import { tlsFaults } from "./faults/tls.ts";

export const faults: readonly Fault[] = [
  ...connectionFaults,
  ...messageFaults,
  ...handlerFaults,
  ...crowdFaults,
  ...tlsFaults,
];
