// One combination of protocol, framing, naming and socket, written as a line of text:
//   binary framed plain tcp 41234
//   compact unframed multiplexed unix /tmp/x/7.sock
"use strict";

const { readFileSync } = require("node:fs");
const thrift = require("thrift");

const PROTOCOLS = { binary: thrift.TBinaryProtocol, compact: thrift.TCompactProtocol, json: thrift.TJSONProtocol };

/** The PEM of "authority", "server" or "key". */
function certificate(name) {
  return readFileSync(`${process.env.INTEROP_CERTIFICATES}/${name}.pem`, "utf8");
}

class Combination {
  constructor(line) {
    [this.protocol, this.framing, this.naming, this.socket, this.address] = line.split(" ");
    this.name = line.split(" ").slice(0, 4).join(" ");
  }

  /** What clients and servers need alike. */
  get options() {
    return {
      protocol: this.framing === "header" ? thrift.THeaderProtocol : PROTOCOLS[this.protocol],
      transport: this.framing === "framed" ? thrift.TFramedTransport : thrift.TBufferedTransport,
    };
  }

  /** Of a server: how it proves itself, if it does. */
  get identity() {
    return this.socket === "tls" ? { tls: { cert: certificate("server"), key: certificate("key") } } : {};
  }

  open() {
    if (this.framing === "http") return this.#openHttp();
    if (this.socket === "unix") return thrift.createUDSConnection(this.address, this.options);
    const place = ["127.0.0.1", Number(this.address)];
    if (this.socket === "tcp") return thrift.createConnection(...place, this.options);
    return thrift.createSSLConnection(...place, { ...this.options, ca: certificate("authority") });
  }

  /** Not one connection, but one for each call that is under way. */
  #openHttp() {
    const options = { ...this.options, path: "/" };
    const connection = this.#httpConnection(options);
    return Object.assign(connection, { end() {}, destroy() {} });
  }

  #httpConnection(options) {
    if (this.socket === "unix") return thrift.createHttpUDSConnection(this.address, options);
    const secure = this.socket === "tls" ? { https: true, nodeOptions: { ca: certificate("authority") } } : {};
    return thrift.createHttpConnection("127.0.0.1", Number(this.address), { ...options, ...secure });
  }
}

/** Those of `names`, each on a free port or a path in `directory`. */
function combinationsOf(directory, names) {
  return names.map((name) => {
    const address = name.endsWith(" unix") ? `${directory}/${name.replaceAll(" ", "-")}.sock` : "0";
    return new Combination(`${name} ${address}`);
  });
}

module.exports = { Combination, combinationsOf };
