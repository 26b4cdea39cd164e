// One combination of protocol, framing, naming and socket, written as a line of text:
//   binary framed plain tcp 41234
//   compact unframed multiplexed unix /tmp/x/7.sock
"use strict";

const thrift = require("thrift");

class Combination {
  constructor(line) {
    [this.protocol, this.framing, this.naming, this.socket, this.address] = line.split(" ");
    this.name = line.split(" ").slice(0, 4).join(" ");
  }

  get options() {
    const plain = this.protocol === "binary" ? thrift.TBinaryProtocol : thrift.TCompactProtocol;
    return {
      protocol: this.framing === "header" ? thrift.THeaderProtocol : plain,
      transport: this.framing === "framed" ? thrift.TFramedTransport : thrift.TBufferedTransport,
    };
  }

  open() {
    if (this.socket === "unix") return thrift.createUDSConnection(this.address, this.options);
    return thrift.createConnection("127.0.0.1", Number(this.address), this.options);
  }
}

/** All of them, on a free port or a path in `directory` each. */
function allCombinations(directory) {
  const all = [];
  for (const protocol of ["binary", "compact"])
    for (const framing of ["framed", "unframed", "header"])
      for (const naming of ["plain", "multiplexed"])
        for (const socket of ["tcp", "unix"]) {
          const address = socket === "unix" ? `${directory}/${protocol}-${framing}-${naming}.sock` : "0";
          all.push(new Combination(`${protocol} ${framing} ${naming} ${socket} ${address}`));
        }
  return all;
}

module.exports = { Combination, allCombinations };
