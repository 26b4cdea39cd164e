// Calls a server in the combinations that standard input names, and says how each check went.
// Usage: client CASES_FILE. Reads "binary framed plain tcp 41234" lines; prints, tab-separated, combination, check,
// "ok" or "not ok", detail; ends after "done".
#include <atomic>
#include <fstream>
#include <future>

#include <thrift/TOutput.h>

#include "Newer.h"
#include "Second.h"
#include "checking.h"
#include "constants.h"
#include "types.h"
#include "words.h"

namespace si = scrimp::interop;
namespace at = apache::thrift;
using at::protocol::TMultiplexedProtocol;
using at::protocol::TProtocol;

struct Case {
  std::string type, name, text;
};

class InteropChecks : public Checks {
 public:
  explicit InteropChecks(const Combination& combination) : Checks(combination) { connect(); }

  void caseOf(const Case& c) {
#define CHECK_VALUE(Name, Type) \
  if (c.type == #Name) { \
    check("echo " #Name " " + c.name, [&] { return differ(words::describe(interop_->echo##Name(words::parsed<Type>(c.text))), c.text); }); \
    check("describe " #Name " " + c.name, [&] { std::string text; interop_->describe##Name(text, words::parsed<Type>(c.text)); return differ(text, c.text); }); \
    check("parse " #Name " " + c.name, [&] { return differ(words::describe(interop_->parse##Name(c.text)), c.text); }); \
  }
    VALUES(CHECK_VALUE)
#define CHECK_OBJECT(Name, Type) \
  if (c.type == #Name) { \
    check("echo " #Name " " + c.name, [&] { Type value; interop_->echo##Name(value, words::parsed<Type>(c.text)); return differ(words::describe(value), c.text); }); \
    check("describe " #Name " " + c.name, [&] { std::string text; interop_->describe##Name(text, words::parsed<Type>(c.text)); return differ(text, c.text); }); \
    check("parse " #Name " " + c.name, [&] { Type value; interop_->parse##Name(value, c.text); return differ(words::describe(value), c.text); }); \
  }
    OBJECTS(CHECK_OBJECT)
  }

  void behaviour() {
    check("a part of a struct is read", [&] { return partOfStruct(); });
    check("constants agree", [&] { return constants(); });
    check("void is void", [&] { interop_->nothing(); return differ("", ""); });
    check("every argument arrives", [&] {
      std::string sum;
      interop_->sum(sum, 1, 20, 300, 4000000000LL, 50000.0, true, 600000);
      return differ(sum, "4000650322");
    });
    check("a declared exception arrives", [&] { return declared(); });
    check("another declared exception arrives", [&] { return other(); });
    check("a void method fails as declared", [&] { return failVoid(); });
    check("an undeclared error is an application exception", [&] { return undeclared(); });
    check("an unknown method is an application exception", [&] { return unknownMethod(); });
    check("oneway does not answer", [&] { return oneway(); });
    check("pipelined calls are answered in order", [&] { return pipelined(); });
    // Over HTTP the second call would wait behind the first; TJSONProtocol has one stack of contexts for what two threads read and write.
    if (!combination_.isHttp() && combination_.protocol != "json") check("replies may come in another order", [&] { return anotherOrder(); });
    if (second_) check("the second service answers beside the first", [&] { return bothServices(); });
  }

 private:
  void connect() final {
    protocol_ = combination_.open();
    interop_ = clientOf<si::NewerClient>("Interop");
    if (combination_.naming == "multiplexed") second_ = clientOf<si::SecondClient>("Second");
  }

  std::string partOfStruct() {
    si::Part part;
    interop_->parsePart(part, "(4=5,7='61',9=1,27=true)");
    return differ(std::to_string(part.medium) + part.text, "5a");
  }

  std::string constants() {
    si::Constants served;
    interop_->constants(served);
    return differ(words::describe(served), words::describe(ownConstants()));
  }

  std::string declared() {
    std::string answer;
    try {
      interop_->fail(answer, "declared");
    } catch (const si::Declared& error) {
      return differ(std::to_string(error.code) + " " + error.message + " " + error.leaf.text, "-7 as declared leaf");
    }
    return "expected Declared, got " + answer;
  }

  std::string other() {
    std::string answer;
    try {
      interop_->fail(answer, "other");
    } catch (const si::Other& error) {
      return differ(words::describe(error.reasons), "['6f6e65','74776f']");
    }
    return "expected Other, got " + answer;
  }

  std::string failVoid() {
    try {
      interop_->failVoid("declared");
    } catch (const si::Declared& error) {
      return differ(std::to_string(error.code) + " " + error.message, "-8 void, as declared");
    }
    return "expected Declared, got nothing";
  }

  std::string undeclared() {
    std::string answer;
    try {
      interop_->fail(answer, "undeclared");
    } catch (const at::TApplicationException& error) {
      if (std::string(error.what()).find("secret") != std::string::npos) return "the server told a secret";
      return differ(std::to_string(error.getType()), std::to_string(at::TApplicationException::INTERNAL_ERROR));
    }
    return "expected TApplicationException, got " + answer;
  }

  std::string unknownMethod() {
    std::string answer;
    try {
      interop_->notServed(answer, "x");
    } catch (const at::TApplicationException& error) {
      interop_->who(answer);
      return differ(std::to_string(error.getType()) + answer, std::to_string(at::TApplicationException::UNKNOWN_METHOD) + "Interop");
    }
    return "expected TApplicationException, got " + answer;
  }

  /** A key that no other run uses. */
  static std::string freshKey() {
    static std::atomic<int> count(0);
    return std::to_string(getpid()) + "-" + std::to_string(++count);
  }

  std::string oneway() {
    const std::string key = freshKey();
    interop_->note(key, "one");
    interop_->note(key, "two");
    interop_->noteBadly(key);
    std::vector<std::string> notes;
    interop_->notes(notes, key);
    return differ(words::describe(notes), "['6f6e65','74776f','6261646c79']");
  }

  std::string pipelined() {
    std::vector<int32_t> expected, actual;
    for (int32_t i = 0; i < 100; ++i) interop_->send_echoI32(i);
    for (int32_t i = 0; i < 100; ++i) {
      expected.push_back(i);
      actual.push_back(interop_->recv_echoI32());
    }
    return differ(words::describe(actual), words::describe(expected));
  }

  /** Two threads on one connection, by the client that tells replies apart by their seqid. */
  std::string anotherOrder() {
    const auto protocol = combination_.open();
    const auto sync = std::make_shared<at::async::TConcurrentClientSyncInfo>();
    const auto named = combination_.naming == "plain"
                           ? protocol
                           : std::static_pointer_cast<TProtocol>(std::make_shared<TMultiplexedProtocol>(protocol, "Interop"));
    si::InteropConcurrentClient client(named, sync);
    const std::string key = freshKey();
    std::string held;
    const int32_t seqid = client.send_hold(key);
    auto holding = std::async(std::launch::async, [&] { client.recv_hold(held, seqid); });
    const bool answeredEarly = holding.wait_for(std::chrono::milliseconds(20)) == std::future_status::ready;
    std::string who;
    client.who(who);
    client.release(key);
    holding.get();
    return differ(who + " " + held + (answeredEarly ? " early" : ""), "Interop " + key);
  }

  std::string bothServices() {
    std::string first, second, twice, third;
    interop_->who(first);
    second_->who(second);
    second_->twice(twice, "ab");
    interop_->who(third);
    return differ(first + second + twice + third, "InteropSecondababInterop");
  }

  std::unique_ptr<si::NewerClient> interop_;
  std::unique_ptr<si::SecondClient> second_;
};

std::vector<Case> casesIn(const std::string& path) {
  std::ifstream file(path);
  std::vector<Case> cases;
  Case c;
  while (std::getline(file, c.type, '\t') && std::getline(file, c.name, '\t') && std::getline(file, c.text)) {
    cases.push_back(c);
  }
  return cases;
}

int main(int, char** argv) {
  at::GlobalOutput.setOutputFunction([](const char*) {});
  const std::vector<Case> cases = casesIn(argv[1]);
  for (std::string line; std::getline(std::cin, line);) {
    InteropChecks checks{Combination(line)};
    for (const Case& c : cases) checks.caseOf(c);
    checks.behaviour();
  }
  std::cout << "done" << std::endl;
}
