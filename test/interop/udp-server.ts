/** A server over UDP for `udp.test.ts`, in a process and perhaps on a host of its own. Usage: udp-server.js HOST */
import { serve } from "../../lib/server/server.ts";
import { udp } from "../../lib/transport/udp.ts";
import { Counter } from "../helpers/counter-service.ts";

const server = await serve(udp.listen(0, { host: process.argv[2] ?? "127.0.0.1" }), (registry) =>
  registry.add(Counter, {
    echo: (x) => x,
    once: (x) => x * 2,
    text: (length) => "x".repeat(length),
    fail: () => {},
    log: () => {},
    async *count() {},
  }),
);
console.log(server.address);
