// Values in words (docs/interop.md): parses and describes them by the C++ types.
// Knows the types of interop.thrift; knows nothing of calls.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "interop_types.h"

namespace words {

namespace si = scrimp::interop;

/** A position in a text. */
class Cursor {
 public:
  explicit Cursor(const std::string& text) : text_(text) {}

  bool atEnd() const { return at_ == text_.size(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void expect(char wanted) {
    if (peek() != wanted) throw std::runtime_error(std::string("expected ") + wanted + " at " + std::to_string(at_));
    ++at_;
  }

  /** Everything up to the next punctuation. */
  std::string word() {
    const size_t end = text_.find_first_of("[]{}(),:=", at_);
    const std::string taken = text_.substr(at_, end == std::string::npos ? end : end - at_);
    at_ += taken.size();
    return taken;
  }

  template <class ParseItem>
  void sequence(char opening, char closing, ParseItem parseItem) {
    expect(opening);
    for (bool first = true; peek() != closing; first = false) {
      if (!first) expect(',');
      parseItem();
    }
    expect(closing);
  }

 private:
  const std::string& text_;
  size_t at_ = 0;
};

inline std::string hex(const std::string& bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

inline std::string unhex(const std::string& text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
  }
  return bytes;
}

inline std::string joined(const std::vector<std::string>& items, char opening, char closing) {
  std::string text(1, opening);
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ',';
    text += items[i];
  }
  return text + closing;
}

// Base types.

inline void parse(Cursor& c, bool& value) { value = c.word() == "true"; }
inline std::string describe(bool value) { return value ? "true" : "false"; }

template <class Integer>
void parseInteger(Cursor& c, Integer& value) {
  value = static_cast<Integer>(std::stoll(c.word()));
}
inline void parse(Cursor& c, int8_t& value) { parseInteger(c, value); }
inline void parse(Cursor& c, int16_t& value) { parseInteger(c, value); }
inline void parse(Cursor& c, int32_t& value) { parseInteger(c, value); }
inline void parse(Cursor& c, int64_t& value) { parseInteger(c, value); }
inline std::string describe(int8_t value) { return std::to_string(static_cast<int>(value)); }
inline std::string describe(int16_t value) { return std::to_string(value); }
inline std::string describe(int32_t value) { return std::to_string(value); }
inline std::string describe(int64_t value) { return std::to_string(value); }

inline void parse(Cursor& c, double& value) {
  const std::string word = c.word();
  if (word == "nan") {
    value = std::nan("");
    return;
  }
  const uint64_t bits = std::stoull(word, nullptr, 16);
  std::memcpy(&value, &bits, sizeof value);
}
inline std::string describe(double value) {
  if (std::isnan(value)) return "nan";
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> (56 - 8 * i));
  return hex(bytes);
}

inline void parse(Cursor& c, std::string& value) {
  const std::string quoted = c.word();
  value = unhex(quoted.substr(1, quoted.size() - 2));
}
inline std::string describe(const std::string& value) { return "'" + hex(value) + "'"; }

inline void parse(Cursor& c, si::Colour::type& value) { value = static_cast<si::Colour::type>(std::stoll(c.word())); }
inline std::string describe(si::Colour::type value) { return std::to_string(static_cast<int32_t>(value)); }

// Containers and structs refer to each other.

template <class T> void parse(Cursor& c, std::vector<T>& value);
template <class T> void parse(Cursor& c, std::set<T>& value);
template <class K, class V> void parse(Cursor& c, std::map<K, V>& value);
template <class T> std::string describe(const std::vector<T>& value);
template <class T> std::string describe(const std::set<T>& value);
template <class K, class V> std::string describe(const std::map<K, V>& value);

#define STRUCTS(X) \
  X(Leaf) X(Everything) X(Ids) X(Requiredness) X(Containers) X(Nested) X(HardKeys) X(Choice) X(Tree) X(Empty) X(Constants)
#define DECLARE(S) \
  void parse(Cursor& c, si::S& value); \
  std::string describe(const si::S& value);
STRUCTS(DECLARE)
#undef DECLARE

template <class T>
void parse(Cursor& c, std::vector<T>& value) {
  c.sequence('[', ']', [&] {
    T item{};
    parse(c, item);
    value.push_back(item);
  });
}

template <class T>
void parse(Cursor& c, std::set<T>& value) {
  c.sequence('[', ']', [&] {
    T item{};
    parse(c, item);
    value.insert(item);
  });
}

template <class K, class V>
void parse(Cursor& c, std::map<K, V>& value) {
  c.sequence('{', '}', [&] {
    K key{};
    parse(c, key);
    c.expect(':');
    parse(c, value[key]);
  });
}

template <class T>
std::string describe(const std::vector<T>& value) {
  std::vector<std::string> items;
  for (size_t i = 0; i < value.size(); ++i) items.push_back(describe(static_cast<T>(value[i])));
  return joined(items, '[', ']');
}

template <class T>
std::string describe(const std::set<T>& value) {
  std::set<std::string> items;
  for (const T& item : value) items.insert(describe(item));
  return joined({items.begin(), items.end()}, '[', ']');
}

template <class K, class V>
std::string describe(const std::map<K, V>& value) {
  std::set<std::string> entries;
  for (const auto& entry : value) entries.insert(describe(entry.first) + ":" + describe(entry.second));
  return joined({entries.begin(), entries.end()}, '{', '}');
}

template <class T>
T parsed(const std::string& text) {
  Cursor cursor(text);
  T value{};
  parse(cursor, value);
  if (!cursor.atEnd()) throw std::runtime_error("text behind the value");
  return value;
}

}  // namespace words
