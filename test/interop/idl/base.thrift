/*
 * What every interop program does with one value of a base type: gives it back, says in words what it understood,
 * and makes it from words. The words are those of docs/interop.md ("Values in words").
 */

namespace cpp scrimp.interop

/** Numbers from everywhere: gaps, hexadecimal, negative, the largest. */
enum Colour {
  NONE = 0,
  RED,
  GREEN
  BLUE = 0xFF;
  BELOW = -5
  LAST = 2147483647
}

typedef i64 Instant

typedef Colour Paint

service Values {
  bool echoBool(1: bool value)
  string describeBool(1: bool value)
  bool parseBool(1: string text)

  i8 echoI8(1: i8 value)
  string describeI8(1: i8 value)
  i8 parseI8(1: string text)

  i16 echoI16(1: i16 value)
  string describeI16(1: i16 value)
  i16 parseI16(1: string text)

  i32 echoI32(1: i32 value)
  string describeI32(1: i32 value)
  i32 parseI32(1: string text)

  i64 echoI64(1: i64 value)
  string describeI64(1: i64 value)
  i64 parseI64(1: string text)

  double echoDouble(1: double value)
  string describeDouble(1: double value)
  double parseDouble(1: string text)

  string echoString(1: string value)
  string describeString(1: string value)
  string parseString(1: string text)

  binary echoBinary(1: binary value)
  string describeBinary(1: binary value)
  binary parseBinary(1: string text)

  Colour echoColour(1: Colour value)
  string describeColour(1: Colour value)
  Colour parseColour(1: string text)

  Instant echoInstant(1: Instant value)
  string describeInstant(1: Instant value)
  Instant parseInstant(1: string text)
}
