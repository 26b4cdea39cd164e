// Apache Thrift's C++ TThreadedServer with framed transport and compact protocol, echoing what bench.thrift says: the
// native server that ours stands beside. Prints its port and serves until it is ended.
#include <cstdio>
#include <memory>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TServerSocket.h>

#include "Echo.h"

using namespace apache::thrift;

class EchoHandler : public bench::EchoIf {
 public:
  void echo(bench::Msg &result, const bench::Msg &message) override { result = message; }
  void echoText(std::string &result, const std::string &text) override { result = text; }
  void echoBinary(std::string &result, const std::string &bytes) override { result = bytes; }
};

class AnnouncePort : public server::TServerEventHandler {
 public:
  explicit AnnouncePort(std::shared_ptr<transport::TServerSocket> socket) : socket_(std::move(socket)) {}
  void preServe() override {
    std::printf("%d\n", socket_->getPort());
    std::fflush(stdout);
  }

 private:
  std::shared_ptr<transport::TServerSocket> socket_;
};

int main() {
  auto socket = std::make_shared<transport::TServerSocket>("127.0.0.1", 0);
  auto processor = std::make_shared<bench::EchoProcessor>(std::make_shared<EchoHandler>());
  server::TThreadedServer server(processor, socket, std::make_shared<transport::TFramedTransportFactory>(),
                                 std::make_shared<protocol::TCompactProtocolFactory>());
  server.setServerEventHandler(std::make_shared<AnnouncePort>(socket));
  server.serve();
}
