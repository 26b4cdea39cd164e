// Serves Interop and Second in the combinations that are named, until standard input ends.
// Usage: server SOCKET_DIR "binary framed plain tcp"... Prints one line a combination, then "ready".
#include <mutex>

#include <thrift/processor/TMultiplexedProcessor.h>

#include "Interop.h"
#include "Second.h"
#include "constants.h"
#include "serving.h"
#include "types.h"
#include "words.h"

namespace si = scrimp::interop;
namespace at = apache::thrift;

class Handler : public si::InteropNull {
 public:
#define VALUE_METHODS(Name, Type) \
  Type echo##Name(const Type value) override { return value; } \
  void describe##Name(std::string& _return, const Type value) override { _return = words::describe(value); } \
  Type parse##Name(const std::string& text) override { return words::parsed<Type>(text); }
  VALUES(VALUE_METHODS)

#define OBJECT_METHODS(Name, Type) \
  void echo##Name(Type& _return, const Type& value) override { _return = value; } \
  void describe##Name(std::string& _return, const Type& value) override { _return = words::describe(value); } \
  void parse##Name(Type& _return, const std::string& text) override { _return = words::parsed<Type>(text); }
  OBJECTS(OBJECT_METHODS)

  void parsePart(si::Part& _return, const std::string& text) override {
    const auto everything = words::parsed<si::Everything>(text);
    _return.__set_medium(everything.medium);
    _return.__set_text(everything.text);
  }

  void constants(si::Constants& _return) override { _return = ownConstants(); }

  void sum(std::string& _return, int8_t a, int16_t b, int32_t c, int64_t d, double e, bool f, int32_t g) override {
    _return = std::to_string(a + b + c + d + static_cast<int64_t>(e) + f + g);
  }

  void fail(std::string& _return, const std::string& how) override {
    if (how == "declared") throw declared(-7, "as declared", true);
    if (how == "other") {
      si::Other other;
      other.__set_reasons({"one", "two"});
      throw other;
    }
    if (how == "undeclared" || how == "application") throw std::runtime_error("a secret of the server");
    _return = how;
  }

  void failVoid(const std::string& how) override {
    if (how == "declared") throw declared(-8, "void, as declared", false);
    if (how == "undeclared") throw std::runtime_error("a secret of the server");
  }

  void note(const std::string& key, const std::string& text) override {
    const std::lock_guard<std::mutex> guard(lock_);
    noted_[key].push_back(text);
  }

  void noteBadly(const std::string& key) override {
    note(key, "badly");
    throw std::runtime_error("nobody hears this");
  }

  void notes(std::vector<std::string>& _return, const std::string& key) override {
    const std::lock_guard<std::mutex> guard(lock_);
    _return = noted_[key];
  }

  void hold(std::string&, const std::string&) override {
    throw std::runtime_error("one call at a time: this server cannot hold one");
  }

  void who(std::string& _return) override { _return = "Interop"; }

 private:
  static si::Declared declared(int code, const std::string& message, bool withLeaf) {
    si::Declared error;
    error.__set_code(code);
    error.__set_message(message);
    if (withLeaf) {
      si::Leaf leaf;
      leaf.__set_number(1);
      leaf.__set_text("leaf");
      error.__set_leaf(leaf);
    }
    return error;
  }

  std::mutex lock_;
  std::map<std::string, std::vector<std::string>> noted_;
};

class SecondHandler : public si::SecondNull {
 public:
  void who(std::string& _return) override { _return = "Second"; }
  void twice(std::string& _return, const std::string& text) override { _return = text + text; }
};

std::shared_ptr<at::TProcessor> processorOf(const std::string& naming) {
  const auto interop = std::make_shared<si::InteropProcessor>(std::make_shared<Handler>());
  if (naming == "plain") return interop;
  const auto multiplexed = std::make_shared<at::TMultiplexedProcessor>();
  multiplexed->registerProcessor("Interop", interop);
  multiplexed->registerProcessor("Second", std::make_shared<si::SecondProcessor>(std::make_shared<SecondHandler>()));
  return multiplexed;
}

int main(int argc, char** argv) { serveAll(argc, argv, processorOf); }
