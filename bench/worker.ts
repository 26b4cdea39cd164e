/** One measuring process: takes its role from the command line, gets ready, answers questions until it is ended. */
import type { Answers } from "./answers.ts";
import { codecWorker } from "./codec/worker.ts";
import { loadClientWorker } from "./load/client-worker.ts";
import { loadServerWorker } from "./load/server-worker.ts";
import { pathWorker, stringsWorker } from "./path/worker.ts";
import type { Role } from "./processes.ts";
import { profileAnswers } from "./profile/session.ts";
import { rpcClientWorker, rpcServerWorker } from "./rpc/worker.ts";
import { sharingClientWorker, streamClientWorker, streamServerWorker } from "./stream/worker.ts";
import { greedCrowdWorker, greedServerWorker, greedyWorker } from "./torture/greed/worker.ts";
import { tortureClientWorker, tortureServerWorker } from "./torture/worker.ts";
import { udpReceiverWorker, udpSenderWorker } from "./udp/oneway.ts";

const roles: Readonly<Record<string, (role: never) => Promise<Answers>>> = {
  codec: codecWorker,
  path: pathWorker,
  strings: stringsWorker,
  "rpc-server": rpcServerWorker,
  "rpc-client": rpcClientWorker,
  "udp-receiver": udpReceiverWorker,
  "udp-sender": udpSenderWorker,
  "stream-server": streamServerWorker,
  "stream-client": streamClientWorker,
  "sharing-client": sharingClientWorker,
  "load-server": loadServerWorker,
  "load-client": loadClientWorker,
  "torture-server": tortureServerWorker,
  "torture-client": tortureClientWorker,
  "greed-server": greedServerWorker,
  "greed-crowd": greedCrowdWorker,
  greedy: greedyWorker,
};

async function main(): Promise<void> {
  const role = JSON.parse(process.argv[2]!) as Role;
  const answers: Answers = { ...profileAnswers, ...(await roles[role.role]!(role as never)) };
  process.on("message", async ({ question, value }: { question: string; value: never }) => {
    try {
      process.send!({ value: await answers[question]!(value) });
    } catch (error) {
      process.send!({ error: String((error as Error).stack ?? error) });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send!({ value: "ready" });
}

await main();
