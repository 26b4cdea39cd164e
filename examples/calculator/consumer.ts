/** The example without its command line: serve, call, stop. What check-pack runs on the packed package. */
import { callCalculator } from "./client.ts";
import { serveCalculator } from "./server.ts";

const server = await serveCalculator(0, () => {});
await callCalculator(server.address, (call, outcome) => console.log(`${call}: ${outcome}`), server.addresses[1]);
await server.drain({ timeoutMs: 1_000 });
