/*
 * The service of the interop suite: structs, containers and unions with every edge, exceptions of three kinds,
 * one-way methods, and calls whose replies come in another order.
 */

include "base.thrift"

namespace cpp scrimp.interop

struct Leaf {
  1: i32 number
  2: string text
}

/** Every base type; ids beyond 15 and far apart, so that compact needs its long field headers. */
struct Everything {
  1: bool yes
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 large
  6: double real
  7: string text
  8: binary bytes
  9: base.Colour colour
  10: base.Instant at
  11: Leaf leaf
  27: optional bool distantYes
  28: optional bool nextNo
  44: optional i64 distantLarge
  1000: optional string distantText
  32766: optional Leaf distantLeaf
  32767: optional i8 last
}

/** Negative ids as old files have them, and positive ones behind them. */
struct Ids {
  -1: i32 first
  -2: string second
  -3: optional bool third
  1: i32 one
  15: optional i32 fifteen
  16: optional i32 sixteen
  31: optional bool thirtyOne
  47: optional bool fortySeven
}

struct Requiredness {
  1: required i32 must
  2: required string mustText
  3: i32 plain = 7
  4: string plainText = "plain"
  5: optional i32 may
  6: optional i32 mayWithDefault = 42
  7: optional list<i32> mayList
  8: optional bool mayFlag = true
}

struct Containers {
  1: list<bool> bools
  2: list<i8> bytes
  3: list<i16> shorts
  4: list<i32> ints
  5: list<i64> longs
  6: list<double> doubles
  7: list<string> texts
  8: list<binary> blobs
  9: list<base.Colour> colours
  10: list<Leaf> leaves
  11: set<i8> byteSet
  12: set<i32> intSet
  13: set<string> textSet
  14: map<i32, i32> intToInt
  15: map<string, string> textToText
  16: map<i8, bool> byteToBool
  17: map<i16, i64> shortToLong
  18: map<base.Colour, Leaf> colourToLeaf
  19: map<string, double> textToDouble
}

struct Nested {
  1: map<string, map<i32, list<set<i32>>>> deep
  2: list<list<list<string>>> lists
  3: map<i32, map<i32, i32>> maps
  4: list<map<string, list<bool>>> flags
  5: map<string, list<Leaf>> leaves
  6: list<Choice> choices
  7: optional Everything everything
}

/** Keys and elements that some languages cannot hold; every field optional, so that each is a case of its own. */
struct HardKeys {
  1: optional map<bool, string> boolKeys
  2: optional map<i64, string> longKeys
  3: optional map<double, string> doubleKeys
  4: optional map<binary, string> binaryKeys
  5: optional map<Leaf, string> structKeys
  6: optional map<list<i32>, string> listKeys
  7: optional set<i64> longSet
  8: optional set<double> doubleSet
  9: optional set<binary> binarySet
  10: optional set<Leaf> structSet
  11: optional set<list<i32>> listSet
  12: optional set<set<i32>> setSet
  13: optional set<bool> boolSet
}

union Choice {
  1: bool flag
  2: i32 number
  3: string text
  4: binary bytes
  5: Leaf leaf
  6: list<i64> longs
  7: map<string, i32> counts
  16: base.Colour colour
  300: list<Choice> choices
}

struct Tree {
  1: i32 value
  2: list<Tree> children
}

struct Empty {}

typedef list<i64> Longs
typedef map<string, list<Leaf>> Index

/** An older program's view of Everything: the rest are unknown fields to it. */
struct Part {
  4: i32 medium
  7: string text
}

const bool YES = true
const i8 TINY = -128
const i16 SMALL = -32768
const i32 MEDIUM = -2147483648
const i64 LARGE = 9223372036854775807
const i64 LOWEST = -9223372036854775808
const double REAL = 1.5e300
const string TEXT = 'it\'s a "text" \\ with\ttabs'
const base.Colour FAVOURITE = base.Colour.BLUE
const list<i64> POWERS = [1, 4294967296, 9007199254740993, -9007199254740993]
const map<string, i32> COUNTS = {"one": 1, "two": 2}
const set<i32> PRIMES = [2, 3, 5]
const Leaf LEAF = {"number": 5, "text": "leaf"}
const list<Leaf> LEAVES = [{"number": 1, "text": "a"}, {"number": 2, "text": "b"}]

/** The constants of this file, as the server's generated code has them. */
struct Constants {
  1: bool yes
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 large
  6: i64 lowest
  7: double real
  8: string text
  9: base.Colour favourite
  10: list<i64> powers
  11: map<string, i32> counts
  12: set<i32> primes
  13: Leaf leaf
  14: list<Leaf> leaves
}

exception Declared {
  1: i32 code
  2: string message
  3: optional Leaf leaf
}

exception Other {
  1: list<string> reasons
}

service Interop extends base.Values {
  Everything echoEverything(1: Everything value)
  string describeEverything(1: Everything value)
  Everything parseEverything(1: string text)

  Ids echoIds(1: Ids value)
  string describeIds(1: Ids value)
  Ids parseIds(1: string text)

  Requiredness echoRequiredness(1: Requiredness value)
  string describeRequiredness(1: Requiredness value)
  Requiredness parseRequiredness(1: string text)

  Containers echoContainers(1: Containers value)
  string describeContainers(1: Containers value)
  Containers parseContainers(1: string text)

  Nested echoNested(1: Nested value)
  string describeNested(1: Nested value)
  Nested parseNested(1: string text)

  HardKeys echoHardKeys(1: HardKeys value)
  string describeHardKeys(1: HardKeys value)
  HardKeys parseHardKeys(1: string text)

  Choice echoChoice(1: Choice value)
  string describeChoice(1: Choice value)
  Choice parseChoice(1: string text)

  Tree echoTree(1: Tree value)
  string describeTree(1: Tree value)
  Tree parseTree(1: string text)

  Empty echoEmpty(1: Empty value)
  string describeEmpty(1: Empty value)
  Empty parseEmpty(1: string text)

  Longs echoLongs(1: Longs value)
  string describeLongs(1: Longs value)
  Longs parseLongs(1: string text)

  Index echoIndex(1: Index value)
  string describeIndex(1: Index value)
  Index parseIndex(1: string text)

  set<string> echoTexts(1: set<string> value)
  string describeTexts(1: set<string> value)
  set<string> parseTexts(1: string text)

  /** Makes an Everything from words and answers it to a caller who knows two of its fields. */
  Part parsePart(1: string text)

  Constants constants()

  void nothing()

  /** The sum, as text: every argument must arrive, whatever its id. */
  string sum(1: i8 a, 2: i16 b, 3: i32 c, 16: i64 d, 40: double e, 41: bool f, 32767: i32 g)

  /** how = "declared", "other", "undeclared", or "application" (the server's own kind); anything else is given back. */
  string fail(1: string how) throws (1: Declared declared, 5: Other other)

  void failVoid(1: string how) throws (1: Declared declared)

  /** Remembers a text under a key. */
  oneway void note(1: string key, 2: string text)

  /** Fails inside the server: nobody must hear of it. */
  oneway void noteBadly(1: string key)

  /** What was noted under the key, in order. */
  list<string> notes(1: string key)

  /** Answers only when the key is released, by a later call on the same connection. */
  string hold(1: string key)

  void release(1: string key)

  /** Which service this is: "Interop". */
  string who()
}

/** A client's view of a service that is newer than the server. */
service Newer extends Interop {
  string notServed(1: string text)
}

/** The other service of a multiplexed connection. */
service Second {
  /** "Second". */
  string who()

  string twice(1: string text)
}
