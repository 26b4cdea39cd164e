// The fields of each struct, once; parsing and describing visit them.
#include <tuple>

#include "words.h"

/** Declared by Apache's generated code, left to its user: the order of structs that are keys or elements of sets. */
bool scrimp::interop::Leaf::operator<(const Leaf& other) const {
  return std::tie(number, text) < std::tie(other.number, other.text);
}

namespace words {

/** Reads "id=value" into the field with that id. */
struct Parser {
  Cursor& c;
  int id;
  bool found = false;
  template <class T, class IsSet, class Set>
  void field(int fieldId, T& value, IsSet, Set set) {
    if (fieldId != id) return;
    found = true;
    parse(c, value);
    set();
  }
};

/** Collects "id=value" of the fields that are set, by id. */
struct Describer {
  std::map<int, std::string> fields;
  template <class T, class IsSet, class Set>
  void field(int id, T& value, IsSet isSet, Set) {
    if (isSet()) fields[id] = std::to_string(id) + "=" + describe(value);
  }
};

#define FIELD(id, name) v.field(id, s.name, [&] { return s.__isset.name; }, [&] { s.__isset.name = true; });
#define REQUIRED(id, name) v.field(id, s.name, [&] { return true; }, [&] {});

template <class V> void visit(V& v, si::Leaf& s) { FIELD(1, number) FIELD(2, text) }

template <class V> void visit(V& v, si::Everything& s) {
  FIELD(1, yes) FIELD(2, tiny) FIELD(3, small) FIELD(4, medium) FIELD(5, large) FIELD(6, real) FIELD(7, text)
  FIELD(8, bytes) FIELD(9, colour) FIELD(10, at) FIELD(11, leaf) FIELD(27, distantYes) FIELD(28, nextNo)
  FIELD(44, distantLarge) FIELD(1000, distantText) FIELD(32766, distantLeaf) FIELD(32767, last)
}

template <class V> void visit(V& v, si::Ids& s) {
  FIELD(-1, first) FIELD(-2, second) FIELD(-3, third) FIELD(1, one) FIELD(15, fifteen) FIELD(16, sixteen)
  FIELD(31, thirtyOne) FIELD(47, fortySeven)
}

template <class V> void visit(V& v, si::Requiredness& s) {
  REQUIRED(1, must) REQUIRED(2, mustText) FIELD(3, plain) FIELD(4, plainText) FIELD(5, may) FIELD(6, mayWithDefault)
  FIELD(7, mayList) FIELD(8, mayFlag)
}

template <class V> void visit(V& v, si::Containers& s) {
  FIELD(1, bools) FIELD(2, bytes) FIELD(3, shorts) FIELD(4, ints) FIELD(5, longs) FIELD(6, doubles) FIELD(7, texts)
  FIELD(8, blobs) FIELD(9, colours) FIELD(10, leaves) FIELD(11, byteSet) FIELD(12, intSet) FIELD(13, textSet)
  FIELD(14, intToInt) FIELD(15, textToText) FIELD(16, byteToBool) FIELD(17, shortToLong) FIELD(18, colourToLeaf)
  FIELD(19, textToDouble)
}

template <class V> void visit(V& v, si::Nested& s) {
  FIELD(1, deep) FIELD(2, lists) FIELD(3, maps) FIELD(4, flags) FIELD(5, leaves) FIELD(6, choices) FIELD(7, everything)
}

template <class V> void visit(V& v, si::HardKeys& s) {
  FIELD(1, boolKeys) FIELD(2, longKeys) FIELD(3, doubleKeys) FIELD(4, binaryKeys) FIELD(5, structKeys) FIELD(6, listKeys)
  FIELD(7, longSet) FIELD(8, doubleSet) FIELD(9, binarySet) FIELD(10, structSet) FIELD(11, listSet) FIELD(12, setSet)
  FIELD(13, boolSet)
}

template <class V> void visit(V& v, si::Choice& s) {
  FIELD(1, flag) FIELD(2, number) FIELD(3, text) FIELD(4, bytes) FIELD(5, leaf) FIELD(6, longs) FIELD(7, counts)
  FIELD(16, colour) FIELD(300, choices)
}

template <class V> void visit(V& v, si::Tree& s) { FIELD(1, value) FIELD(2, children) }

template <class V> void visit(V&, si::Empty&) {}

// Made here as well as received: its fields count as set.
template <class V> void visit(V& v, si::Constants& s) {
  REQUIRED(1, yes) REQUIRED(2, tiny) REQUIRED(3, small) REQUIRED(4, medium) REQUIRED(5, large) REQUIRED(6, lowest) REQUIRED(7, real)
  REQUIRED(8, text) REQUIRED(9, favourite) REQUIRED(10, powers) REQUIRED(11, counts) REQUIRED(12, primes) REQUIRED(13, leaf)
  REQUIRED(14, leaves)
}

template <class S>
void parseStruct(Cursor& c, S& value) {
  c.sequence('(', ')', [&] {
    Parser parser{c, std::stoi(c.word())};
    c.expect('=');
    visit(parser, value);
    if (!parser.found) throw std::runtime_error("no field " + std::to_string(parser.id));
  });
}

template <class S>
std::string describeStruct(const S& value) {
  Describer describer;
  visit(describer, const_cast<S&>(value));
  std::vector<std::string> items;
  for (const auto& field : describer.fields) items.push_back(field.second);
  return joined(items, '(', ')');
}

#define DEFINE(S) \
  void parse(Cursor& c, si::S& value) { parseStruct(c, value); } \
  std::string describe(const si::S& value) { return describeStruct(value); }
STRUCTS(DEFINE)

}  // namespace words
