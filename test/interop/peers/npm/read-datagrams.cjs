// Reads emitBatch messages, one a line in hex, and prints what it saw of each as JSON. Usage: read-datagrams.cjs GENERATED binary|compact
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const thrift = require("thrift");

const Agent = require(join(process.argv[2], "gen-nodejs/Agent.js"));
const Protocol = process.argv[3] === "binary" ? thrift.TBinaryProtocol : thrift.TCompactProtocol;
const readBatch = (protocol) => {
  const read = {};
  new Agent.Processor({ emitBatch: (batch) => Object.assign(read, { batch }) }).process_emitBatch(
    0,
    protocol,
    protocol,
  );
  return read.batch;
};

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const bytes = Buffer.from(line, "hex");
  const seen = [];
  thrift.TFramedTransport.receiver((transport) => {
    const protocol = new Protocol(transport);
    while (transport.readPos < bytes.length) {
      const { fname, mtype } = protocol.readMessageBegin();
      const { process: reporter, spans } = readBatch(protocol);
      seen.push([
        fname,
        mtype,
        reporter.serviceName,
        spans.map((span) => [span.operationName, String(span.spanId), String(span.duration)]),
      ]);
    }
  })(Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer).swap32(), bytes]));
  console.log(JSON.stringify(seen));
}
