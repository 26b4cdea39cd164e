import t from "tap";
import { loadRpcContender, rpcContenderNames } from "../../../bench/rpc/contenders.ts";
import { messageNames } from "../../../bench/rpc/echo.ts";
import { callLoad } from "../../../bench/rpc/load.ts";

for (const name of rpcContenderNames) {
  t.test(`${name} answers every message, one at a time and several in flight on several connections`, async (t) => {
    const contender = await loadRpcContender(name);
    const server = await contender.serve();
    for (const message of messageNames) {
      for (const [connections, inFlight] of [
        [1, 1],
        [2, 3],
      ] as const) {
        const load = await callLoad(contender, server.port, message, connections, inFlight);
        const { calls } = await load.run(1);
        t.ok(calls >= connections * inFlight, `${message} ${connections}x${inFlight}`);
        load.close();
      }
    }
    server.close();
  });
}

// Some peers keep timers that would hold the process for minutes.
t.teardown(() => setImmediate(() => process.exit()));
