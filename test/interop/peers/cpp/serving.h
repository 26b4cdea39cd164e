// Serves a processor in several combinations until standard input ends.
#pragma once

#include <csignal>

#include <unistd.h>

#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

#include <thrift/TOutput.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TSSLServerSocket.h>
#include <thrift/transport/TServerSocket.h>

#include "combination.h"

/** Says where a server listens, once it does; the last says "ready". */
class Announcer : public apache::thrift::server::TServerEventHandler {
 public:
  Announcer(const Combination& combination, std::shared_ptr<apache::thrift::transport::TServerSocket> listener,
            size_t total)
      : combination_(combination), listener_(listener), total_(total) {}

  void preServe() override {
    static std::mutex lock;
    static size_t count = 0;
    const std::lock_guard<std::mutex> guard(lock);
    const bool unix_ = combination_.socket == "unix";
    std::cout << combination_.name() << " " << (unix_ ? combination_.address : std::to_string(listener_->getPort())) << "\n";
    if (++count == total_) std::cout << "ready" << std::endl;
  }

 private:
  Combination combination_;
  std::shared_ptr<apache::thrift::transport::TServerSocket> listener_;
  size_t total_;
};

inline std::shared_ptr<apache::thrift::transport::TServerSocket> listenerOf(const Combination& combination) {
  using namespace apache::thrift::transport;
  if (combination.socket == "tcp") return std::make_shared<TServerSocket>("127.0.0.1", 0);
  if (combination.socket == "unix") return std::make_shared<TServerSocket>(combination.address);
  const auto sockets = std::make_shared<TSSLSocketFactory>();
  sockets->loadCertificate(certificatePath("server").c_str());
  sockets->loadPrivateKey(certificatePath("key").c_str());
  return std::make_shared<TSSLServerSocket>("127.0.0.1", 0, sockets);
}

inline void serve(const Combination& combination, std::shared_ptr<apache::thrift::TProcessor> processor, size_t total) {
  const auto listener = listenerOf(combination);
  apache::thrift::server::TThreadedServer server(processor, listener, combination.transportFactory(),
                                                 combination.protocolFactory());
  // Without a factory for output, requests and replies share one protocol, which THeader needs to answer in kind.
  if (combination.isHeader()) server.setOutputProtocolFactory(nullptr);
  server.setServerEventHandler(std::make_shared<Announcer>(combination, listener, total));
  server.serve();
}

/** Serves what a program's arguments name. `processorOf` makes a processor for "plain" or "multiplexed". Does not return. */
inline void serveAll(int argc, char** argv,
                     const std::function<std::shared_ptr<apache::thrift::TProcessor>(const std::string&)>& processorOf) {
  apache::thrift::GlobalOutput.setOutputFunction([](const char*) {});
  // OpenSSL writes to connections that may be gone.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<Combination> all = combinationsOf(argv[1], std::vector<std::string>(argv + 2, argv + argc));
  for (const Combination& combination : all) {
    std::thread(serve, combination, processorOf(combination.naming), all.size()).detach();
  }
  char ignored;
  while (read(0, &ignored, 1) > 0) {
  }
  _exit(0);
}
