/**
 * An agent that tracing clients in the manner of Jaeger can report to: prints a line for every span that arrives over UDP.
 *
 * Run it with `node dist/examples/jaeger-agent/main.js`, and point a client's agent host and port at it.
 */
import { serve, udp } from "scrimp";
import { Agent, type Batch } from "./gen/agent.ts";

function printSpans({ process, spans }: Batch): void {
  for (const { operationName, duration } of spans)
    console.log(`${process.serviceName}: ${operationName} took ${duration} µs`);
}

const agent = await serve([udp.listen(6831), udp.listen(6832)], (registry) =>
  registry.add(Agent, { emitBatch: printSpans }),
);
console.error(`listening on ${agent.addresses.join(" and ")}, Ctrl-C ends it`);
process.once("SIGINT", () => agent.close());
