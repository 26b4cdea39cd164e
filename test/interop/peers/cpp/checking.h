// What every client program does around its checks: runs them, prints the results, goes on after a failure.
#pragma once

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>

#include <thrift/protocol/TMultiplexedProtocol.h>

#include "combination.h"

/** Nothing if equal, else what differs. */
inline std::string differ(const std::string& actual, const std::string& expected) {
  if (actual == expected) return "";
  return "expected " + expected.substr(0, 120) + ", got " + actual.substr(0, 120);
}

/** The checks of one combination; connect() opens a new connection and makes the clients. */
class Checks {
 public:
  explicit Checks(const Combination& combination) : combination_(combination) {}
  virtual ~Checks() = default;

 protected:
  virtual void connect() = 0;

  void check(const std::string& name, const std::function<std::string()>& run) {
    std::string problem;
    try {
      problem = run();
    } catch (const std::exception& error) {
      problem = std::string("exception: ") + error.what();
      connect();
    }
    std::replace(problem.begin(), problem.end(), '\t', ' ');
    std::replace(problem.begin(), problem.end(), '\n', ' ');
    std::cout << combination_.name() << "\t" << name << "\t" << (problem.empty() ? "ok" : "not ok") << "\t"
              << problem.substr(0, 300) << std::endl;
  }

  /** A client over `protocol_` for a service that is multiplexed or the only one. */
  template <class Client>
  std::unique_ptr<Client> clientOf(const std::string& service) {
    if (combination_.naming == "plain") return std::make_unique<Client>(protocol_);
    return std::make_unique<Client>(std::make_shared<apache::thrift::protocol::TMultiplexedProtocol>(protocol_, service));
  }

  Combination combination_;
  std::shared_ptr<apache::thrift::protocol::TProtocol> protocol_;
};
