// Calls a ThriftTest server in the combinations that standard input names, as Apache's own test client does.
// Usage: thrift_test_client. Lines in and out as in client.cpp.
#include <cmath>
#include <limits>
#include <numeric>

#include "SecondService.h"
#include "ThriftTest.h"
#include "checking.h"

#include <thrift/TOutput.h>

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

class ThriftTestChecks : public Checks {
 public:
  explicit ThriftTestChecks(const Combination& combination) : Checks(combination) { connect(); }

  void all() {
    identities();
    check("testVoid answers nothing", [&] { client_->testVoid(); return std::string(); });
    check("testMapMap has two maps", [&] { return mapMap(); });
    check("testInsanity gives the argument twice", [&] { return insanity(); });
    check("testMulti says hello", [&] { return multi(); });
    check("testException throws Xception", [&] { return exception(); });
    check("testException throws what is not declared", [&] { return undeclared(); });
    check("testMultiException throws either", [&] { return multiException(); });
    check("testOneway is not answered", [&] { return oneway(); });
    if (second_) check("secondtestString quotes", [&] {
      std::string text;
      second_->secondtestString(text, "x");
      return differ(text, "testString(\"x\")");
    });
  }

 private:
  void connect() final {
    protocol_ = combination_.open();
    client_ = clientOf<tt::ThriftTestClient>("ThriftTest");
    if (combination_.naming == "multiplexed") second_ = clientOf<tt::SecondServiceClient>("SecondService");
  }

  template <class T>
  void values(const std::string& name, T (tt::ThriftTestClient::*method)(T), const std::vector<T>& sent) {
    check(name + " gives back what it got", [&] {
      for (const T value : sent) {
        if ((client_.get()->*method)(value) != value) return "value " + std::to_string(value) + " came back changed";
      }
      return std::string();
    });
  }

  template <class T>
  void objects(const std::string& name, void (tt::ThriftTestClient::*method)(T&, const T&), const std::vector<T>& sent) {
    check(name + " gives back what it got", [&] {
      for (size_t i = 0; i < sent.size(); ++i) {
        T answer;
        (client_.get()->*method)(answer, sent[i]);
        if (!(answer == sent[i])) return "value " + std::to_string(i) + " came back changed";
      }
      return std::string();
    });
  }

  void identities() {
    using C = tt::ThriftTestClient;
    const auto i32 = std::numeric_limits<int32_t>();
    const auto i64 = std::numeric_limits<int64_t>();
    values<bool>("testBool", &C::testBool, {true, false});
    values<int8_t>("testByte", &C::testByte, {0, 1, -1, 42, -42, 63, -120, -127, 127, -128});
    values<int32_t>("testI32", &C::testI32, {0, 1, -1, 190000013, -190000013, 2000000032, i32.max(), i32.min()});
    values<int64_t>("testI64", &C::testI64,
                    {0, 1, -1, 5, -5, 1LL << 32, -(1LL << 32), (1LL << 32) + 1, 734359738368, (1LL << 53) + 1,
                     -(1LL << 53) - 1, 7000000000000000123, -9000000000000000064, i64.max(), i64.min()});
    values<double>("testDouble", &C::testDouble,
                   {0, -1, -5.2098523, 7.012052175215044, -0.000341012439638598279, 4294967296.0, 9007199254740991.0,
                    1e307, 1e-292, M_PI});
    values<tt::Numberz::type>("testEnum", &C::testEnum, {tt::Numberz::ONE, tt::Numberz::TWO, tt::Numberz::EIGHT});
    values<int64_t>("testTypedef", &C::testTypedef, {69, 309858235082523, (1LL << 56) - 1});
    objects<std::string>("testString", &C::testString,
                         {"", "Test", std::string("a\0b", 3), "\xf0\x9f\x98\x80", "\" \\ / \b\f\n\r\t { } [ ]",
                          std::string(1400, 'x')});
    std::string everyByte(256, '\0');
    std::iota(everyByte.begin(), everyByte.end(), '\0');
    std::vector<std::string> binaries{everyByte, ""};
    for (size_t size = 1; size <= 131072; size *= 2) binaries.push_back(std::string(size, '\xa5'));
    objects<std::string>("testBinary", &C::testBinary, binaries);
    const tt::Xtruct zero = xtruct("Zero", 1, -3, -5);
    objects<tt::Xtruct>("testStruct", &C::testStruct, {zero});
    tt::Xtruct2 nest;
    nest.__set_byte_thing(1);
    nest.__set_struct_thing(zero);
    nest.__set_i32_thing(5);
    objects<tt::Xtruct2>("testNest", &C::testNest, {nest});
    objects<std::map<int32_t, int32_t>>("testMap", &C::testMap, {{{-5, -15}, {4, -6}}, {}});
    objects<std::map<std::string, std::string>>(
        "testStringMap", &C::testStringMap, {{{"a b", "0"}, {std::string(1400, 'k'), std::string(1400, 'v')}}});
    objects<std::set<int32_t>>("testSet", &C::testSet, {{-2, -1, 0, 1, 2}, {}});
    objects<std::vector<int32_t>>("testList", &C::testList, {{}, {-2, -1, 0, 1, 2}});
  }

  std::string mapMap() {
    std::map<int32_t, std::map<int32_t, int32_t>> answer;
    client_->testMapMap(answer, 7);
    const std::map<int32_t, std::map<int32_t, int32_t>> expected{
        {-4, {{-4, -4}, {-3, -3}, {-2, -2}, {-1, -1}}}, {4, {{1, 1}, {2, 2}, {3, 3}, {4, 4}}}};
    return answer == expected ? "" : "another map";
  }

  std::string insanity() {
    tt::Insanity insane;
    insane.__set_userMap({{tt::Numberz::FIVE, 5}, {tt::Numberz::EIGHT, 8}});
    insane.__set_xtructs({xtruct("Goodbye4", 4, 4, 4), xtruct("Hello2", 2, 2, 2)});
    std::map<tt::UserId, std::map<tt::Numberz::type, tt::Insanity>> answer;
    client_->testInsanity(answer, insane);
    const std::map<tt::UserId, std::map<tt::Numberz::type, tt::Insanity>> expected{
        {1, {{tt::Numberz::TWO, insane}, {tt::Numberz::THREE, insane}}}, {2, {{tt::Numberz::SIX, tt::Insanity()}}}};
    return answer == expected ? "" : "another answer";
  }

  std::string multi() {
    tt::Xtruct answer;
    client_->testMulti(answer, 74, 0xFF00FF, 0xFFFFFFFFD0D0LL, {{0, "zero"}}, tt::Numberz::FIVE, 0xD0D0D0D0D0LL);
    return answer == xtruct("Hello2", 74, 0xFF00FF, 0xFFFFFFFFD0D0LL) ? "" : "another Xtruct";
  }

  std::string exception() {
    try {
      client_->testException("Xception");
    } catch (const tt::Xception& error) {
      return differ(std::to_string(error.errorCode) + error.message, "1001Xception");
    }
    return "nothing was thrown";
  }

  std::string undeclared() {
    try {
      client_->testException("TException");
    } catch (const at::TApplicationException&) {
      client_->testException("success");
      return "";
    }
    return "nothing was thrown";
  }

  std::string multiException() {
    std::string seen;
    tt::Xtruct answer;
    try {
      client_->testMultiException(answer, "Xception", "ignored");
    } catch (const tt::Xception& error) {
      seen += std::to_string(error.errorCode) + error.message;
    }
    try {
      client_->testMultiException(answer, "Xception2", "ignored");
    } catch (const tt::Xception2& error) {
      seen += std::to_string(error.errorCode) + error.struct_thing.string_thing;
    }
    client_->testMultiException(answer, "success", "x");
    return differ(seen + answer.string_thing, "1001This is an Xception2002This is an Xception2x");
  }

  std::string oneway() {
    client_->testOneway(0);
    return differ(std::to_string(client_->testI32(-1)), "-1");
  }

  std::unique_ptr<tt::ThriftTestClient> client_;
  std::unique_ptr<tt::SecondServiceClient> second_;
};

int main() {
  at::GlobalOutput.setOutputFunction([](const char*) {});
  for (std::string line; std::getline(std::cin, line);) ThriftTestChecks{Combination(line)}.all();
  std::cout << "done" << std::endl;
}
