// Serves ThriftTest (and SecondService, multiplexed) in the combinations that are named, until standard input ends.
// Usage: thrift_test_server SOCKET_DIR "binary framed plain tcp"... Prints one line a combination, then "ready".
#include <thrift/processor/TMultiplexedProcessor.h>

#include "SecondService.h"
#include "ThriftTest.h"
#include "serving.h"

namespace tt = scrimp::thrifttest;
namespace at = apache::thrift;

tt::Xtruct xtruct(const std::string& text, int8_t byte = 0, int32_t i32 = 0, int64_t i64 = 0) {
  tt::Xtruct made;
  made.__set_string_thing(text);
  made.__set_byte_thing(byte);
  made.__set_i32_thing(i32);
  made.__set_i64_thing(i64);
  return made;
}

class Handler : public tt::ThriftTestNull {
 public:
#define VALUE_IDENTITY(Name, Type) \
  Type test##Name(const Type thing) override { return thing; }
  VALUE_IDENTITY(Bool, bool)
  VALUE_IDENTITY(Byte, int8_t)
  VALUE_IDENTITY(I32, int32_t)
  VALUE_IDENTITY(I64, int64_t)
  VALUE_IDENTITY(Double, double)
  VALUE_IDENTITY(Enum, tt::Numberz::type)
  VALUE_IDENTITY(Typedef, tt::UserId)

#define OBJECT_IDENTITY(Name, ...) \
  void test##Name(__VA_ARGS__& _return, const __VA_ARGS__& thing) override { _return = thing; }
  OBJECT_IDENTITY(String, std::string)
  OBJECT_IDENTITY(Binary, std::string)
  OBJECT_IDENTITY(Struct, tt::Xtruct)
  OBJECT_IDENTITY(Nest, tt::Xtruct2)
  OBJECT_IDENTITY(Map, std::map<int32_t, int32_t>)
  OBJECT_IDENTITY(StringMap, std::map<std::string, std::string>)
  OBJECT_IDENTITY(Set, std::set<int32_t>)
  OBJECT_IDENTITY(List, std::vector<int32_t>)

  void testMapMap(std::map<int32_t, std::map<int32_t, int32_t>>& _return, int32_t) override {
    for (int32_t i = 1; i <= 4; ++i) {
      _return[4][i] = i;
      _return[-4][-i] = -i;
    }
  }

  void testInsanity(std::map<tt::UserId, std::map<tt::Numberz::type, tt::Insanity>>& _return,
                    const tt::Insanity& argument) override {
    _return[1][tt::Numberz::TWO] = argument;
    _return[1][tt::Numberz::THREE] = argument;
    _return[2][tt::Numberz::SIX] = tt::Insanity();
  }

  void testMulti(tt::Xtruct& _return, int8_t arg0, int32_t arg1, int64_t arg2, const std::map<int16_t, std::string>&,
                 tt::Numberz::type, tt::UserId) override {
    _return = xtruct("Hello2", arg0, arg1, arg2);
  }

  void testException(const std::string& arg) override {
    if (arg == "Xception") throw xception(arg);
    if (arg == "TException") throw at::TException("undeclared");
  }

  void testMultiException(tt::Xtruct& _return, const std::string& arg0, const std::string& arg1) override {
    if (arg0 == "Xception") throw xception("This is an Xception");
    if (arg0 == "Xception2") {
      tt::Xception2 error;
      error.__set_errorCode(2002);
      error.__set_struct_thing(xtruct("This is an Xception2"));
      throw error;
    }
    _return = xtruct(arg1);
  }

 private:
  static tt::Xception xception(const std::string& message) {
    tt::Xception error;
    error.__set_errorCode(1001);
    error.__set_message(message);
    return error;
  }
};

class SecondHandler : public tt::SecondServiceNull {
 public:
  void secondtestString(std::string& _return, const std::string& thing) override {
    _return = "testString(\"" + thing + "\")";
  }
};

std::shared_ptr<at::TProcessor> processorOf(const std::string& naming) {
  const auto first = std::make_shared<tt::ThriftTestProcessor>(std::make_shared<Handler>());
  if (naming == "plain") return first;
  const auto multiplexed = std::make_shared<at::TMultiplexedProcessor>();
  multiplexed->registerProcessor("ThriftTest", first);
  multiplexed->registerProcessor("SecondService",
                                 std::make_shared<tt::SecondServiceProcessor>(std::make_shared<SecondHandler>()));
  return multiplexed;
}

int main(int argc, char** argv) { serveAll(argc, argv, processorOf); }
