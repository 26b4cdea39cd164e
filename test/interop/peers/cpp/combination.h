// One combination of protocol, framing, naming and socket, written as a line of text:
//   binary framed plain tcp 41234
//   compact unframed multiplexed unix /tmp/x/7.sock
#pragma once

#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/THeaderProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/THttpClient.h>
#include <thrift/transport/THttpServer.h>
#include <thrift/transport/TSSLSocket.h>
#include <thrift/transport/TSocket.h>
#include <thrift/transport/TZlibTransport.h>

/** The path of "authority", "server" or "key". */
inline std::string certificatePath(const std::string& name) {
  return std::string(std::getenv("INTEROP_CERTIFICATES")) + "/" + name + ".pem";
}

/** Zlib transports around sockets; each serves one direction of a connection, or both. TZlibTransportFactory would put frames around. */
class ZlibFactory : public apache::thrift::transport::TTransportFactory {
 public:
  explicit ZlibFactory(bool framed) : framed_(framed) {}

  std::shared_ptr<apache::thrift::transport::TTransport> getTransport(
      std::shared_ptr<apache::thrift::transport::TTransport> socket) override {
    const auto inner = std::make_shared<apache::thrift::transport::TZlibTransport>(socket);
    if (!framed_) return inner;
    return std::make_shared<apache::thrift::transport::TFramedTransport>(inner);
  }

 private:
  bool framed_;
};

struct Combination {
  std::string protocol, framing, naming, socket, address;

  explicit Combination(const std::string& line) {
    std::istringstream in(line);
    in >> protocol >> framing >> naming >> socket >> address;
  }

  bool isHeader() const { return framing.rfind("header", 0) == 0; }
  bool isHttp() const { return framing == "http" || framing == "header-http"; }

  std::string name() const { return protocol + " " + framing + " " + naming + " " + socket; }

  /** A server's: THeader answers in the protocol that it was asked in. */
  std::shared_ptr<apache::thrift::protocol::TProtocolFactory> protocolFactory() const {
    if (isHeader()) return std::make_shared<apache::thrift::protocol::THeaderProtocolFactory>();
    if (protocol == "binary") return std::make_shared<apache::thrift::protocol::TBinaryProtocolFactory>();
    if (protocol == "json") return std::make_shared<apache::thrift::protocol::TJSONProtocolFactory>();
    return std::make_shared<apache::thrift::protocol::TCompactProtocolFactory>();
  }

  /** A server's, and but for HTTP a client's. */
  std::shared_ptr<apache::thrift::transport::TTransportFactory> transportFactory() const {
    if (framing == "framed") return std::make_shared<apache::thrift::transport::TFramedTransportFactory>();
    if (isHttp()) return std::make_shared<apache::thrift::transport::THttpServerTransportFactory>();
    if (framing.find("zlib") != std::string::npos) return std::make_shared<ZlibFactory>(framing == "zlib-framed");
    return std::make_shared<apache::thrift::transport::TBufferedTransportFactory>();
  }

  uint16_t subprotocol() const {
    return protocol == "binary" ? apache::thrift::protocol::T_BINARY_PROTOCOL : apache::thrift::protocol::T_COMPACT_PROTOCOL;
  }

  /** A client's protocol over a new connection. */
  std::shared_ptr<apache::thrift::protocol::TProtocol> open() const {
    const auto transport = clientTransport();
    transport->open();
    if (isHeader()) return std::make_shared<apache::thrift::protocol::THeaderProtocol>(transport, subprotocol());
    return protocolFactory()->getProtocol(transport);
  }

 private:
  std::shared_ptr<apache::thrift::transport::TTransport> clientTransport() const {
    const auto connection = dial();
    connection->setRecvTimeout(20000);
    connection->setSendTimeout(20000);
    if (!isHttp()) return transportFactory()->getTransport(connection);
    return std::make_shared<apache::thrift::transport::THttpClient>(connection, "127.0.0.1", "/");
  }

  std::shared_ptr<apache::thrift::transport::TSocket> dial() const {
    using apache::thrift::transport::TSocket;
    if (socket == "unix") return std::make_shared<TSocket>(address);
    if (socket == "tcp") return std::make_shared<TSocket>("127.0.0.1", std::stoi(address));
    return secureSockets().createSocket("127.0.0.1", std::stoi(address));
  }

  /** Lives as long as the program: OpenSSL is cleaned up with the last factory. */
  static apache::thrift::transport::TSSLSocketFactory& secureSockets() {
    static apache::thrift::transport::TSSLSocketFactory* const factory = [] {
      auto* const made = new apache::thrift::transport::TSSLSocketFactory();
      made->loadTrustedCertificates(certificatePath("authority").c_str());
      made->authenticate(true);
      return made;
    }();
    return *factory;
  }
};

/** Those of `names`, each on a free port or a path in `directory`. */
inline std::vector<Combination> combinationsOf(const std::string& directory, const std::vector<std::string>& names) {
  std::vector<Combination> all;
  for (const std::string& name : names) {
    Combination combination(name);
    combination.address = "0";
    if (combination.socket == "unix") {
      combination.address = directory + "/" + combination.protocol + "-" + combination.framing + "-" + combination.naming + ".sock";
    }
    all.push_back(combination);
  }
  return all;
}
