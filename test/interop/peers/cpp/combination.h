// One combination of protocol, framing, naming and socket, written as a line of text:
//   binary framed plain tcp 41234
//   compact unframed multiplexed unix /tmp/x/7.sock
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/THeaderProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSocket.h>

struct Combination {
  std::string protocol, framing, naming, socket, address;

  explicit Combination(const std::string& line) {
    std::istringstream in(line);
    in >> protocol >> framing >> naming >> socket >> address;
  }

  std::string name() const { return protocol + " " + framing + " " + naming + " " + socket; }

  /** A server's: THeader answers in the protocol that it was asked in. */
  std::shared_ptr<apache::thrift::protocol::TProtocolFactory> protocolFactory() const {
    if (framing == "header") return std::make_shared<apache::thrift::protocol::THeaderProtocolFactory>();
    if (protocol == "binary") return std::make_shared<apache::thrift::protocol::TBinaryProtocolFactory>();
    if (protocol == "json") return std::make_shared<apache::thrift::protocol::TJSONProtocolFactory>();
    return std::make_shared<apache::thrift::protocol::TCompactProtocolFactory>();
  }

  std::shared_ptr<apache::thrift::transport::TTransportFactory> transportFactory() const {
    if (framing == "framed") return std::make_shared<apache::thrift::transport::TFramedTransportFactory>();
    return std::make_shared<apache::thrift::transport::TBufferedTransportFactory>();
  }

  uint16_t subprotocol() const {
    return protocol == "binary" ? apache::thrift::protocol::T_BINARY_PROTOCOL : apache::thrift::protocol::T_COMPACT_PROTOCOL;
  }

  /** A client's protocol over a new connection. */
  std::shared_ptr<apache::thrift::protocol::TProtocol> open() const {
    using apache::thrift::transport::TSocket;
    const auto tcp = socket == "tcp" ? std::make_shared<TSocket>("127.0.0.1", std::stoi(address))
                                     : std::make_shared<TSocket>(address);
    tcp->setRecvTimeout(20000);
    tcp->setSendTimeout(20000);
    const auto transport = transportFactory()->getTransport(tcp);
    transport->open();
    if (framing == "header") return std::make_shared<apache::thrift::protocol::THeaderProtocol>(transport, subprotocol());
    return protocolFactory()->getProtocol(transport);
  }
};

/** All of them, on a free port or a path in `directory` each; on request JSON, in half of its combinations. */
inline std::vector<Combination> allCombinations(const std::string& directory, bool withJson) {
  std::vector<Combination> all;
  for (const std::string protocol : {"binary", "compact", "json"})
    for (const std::string framing : {"framed", "unframed", "header"})
      for (const std::string naming : {"plain", "multiplexed"})
        for (const std::string socket : {"tcp", "unix"}) {
          const bool paired = (naming == "plain") == (socket == "tcp");
          if (protocol == "json" && (!withJson || framing == "header" || !paired)) continue;
          const std::string path = directory + "/" + protocol + "-" + framing + "-" + naming + ".sock";
          all.emplace_back(protocol + " " + framing + " " + naming + " " + socket + " " + (socket == "unix" ? path : "0"));
        }
  return all;
}
