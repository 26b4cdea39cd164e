// Serves a processor in all combinations until standard input ends.
#pragma once

#include <unistd.h>

#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

#include <thrift/TOutput.h>
#include <thrift/server/TThreadedServer.h>
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
    const bool tcp = combination_.socket == "tcp";
    std::cout << combination_.name() << " " << (tcp ? std::to_string(listener_->getPort()) : combination_.address) << "\n";
    if (++count == total_) std::cout << "ready" << std::endl;
  }

 private:
  Combination combination_;
  std::shared_ptr<apache::thrift::transport::TServerSocket> listener_;
  size_t total_;
};

inline void serve(const Combination& combination, std::shared_ptr<apache::thrift::TProcessor> processor, size_t total) {
  using apache::thrift::transport::TServerSocket;
  const auto listener = combination.socket == "tcp" ? std::make_shared<TServerSocket>("127.0.0.1", 0)
                                                    : std::make_shared<TServerSocket>(combination.address);
  apache::thrift::server::TThreadedServer server(processor, listener, combination.transportFactory(),
                                                 combination.protocolFactory());
  // Without a factory for output, requests and replies share one protocol, which THeader needs to answer in kind.
  if (combination.framing == "header") server.setOutputProtocolFactory(nullptr);
  server.setServerEventHandler(std::make_shared<Announcer>(combination, listener, total));
  server.serve();
}

/** `processorOf` makes a processor for "plain" or "multiplexed". Does not return. */
inline void serveAll(const std::string& directory,
                     const std::function<std::shared_ptr<apache::thrift::TProcessor>(const std::string&)>& processorOf,
                     bool withJson = false) {
  apache::thrift::GlobalOutput.setOutputFunction([](const char*) {});
  const std::vector<Combination> all = allCombinations(directory, withJson);
  for (const Combination& combination : all) {
    std::thread(serve, combination, processorOf(combination.naming), all.size()).detach();
  }
  char ignored;
  while (read(0, &ignored, 1) > 0) {
  }
  _exit(0);
}
