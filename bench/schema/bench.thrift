/** What the benchmarks send: Thrift's side. bench.proto says the same for the Protobuf peers. */
namespace cpp bench

/** The small message: 49 bytes in compact. */
struct Msg {
  1: i64 id
  2: string name
  3: double score
  4: list<string> tags
  5: i32 flags
}

struct Point {
  1: double x
  2: double y
  3: i32 z
}

/** Ten fields, one of each kind: 109 bytes in compact. */
struct Rec {
  1: i64 id
  2: string name
  3: bool active
  4: i32 count
  5: double score
  6: list<i32> nums
  7: Point pt
  8: list<string> tags
  9: string email
  10: i64 created
}

struct Records {
  1: list<Rec> items
}

struct StringMap {
  1: map<string, string> entries
}

struct Blob {
  1: binary bytes
}

/** Text outside ASCII: a title, a paragraph, words. */
struct Text {
  1: string title
  2: string body
  3: list<string> words
}

/** Wide and nearly empty: 60 optional fields, of which 6 are set. */
struct Sparse {
  1: optional i32 f1
  2: optional string f2
  3: optional double f3
  4: optional bool f4
  5: optional i64 f5
  6: optional i32 f6
  7: optional string f7
  8: optional double f8
  9: optional bool f9
  10: optional i64 f10
  11: optional i32 f11
  12: optional string f12
  13: optional double f13
  14: optional bool f14
  15: optional i64 f15
  16: optional i32 f16
  17: optional string f17
  18: optional double f18
  19: optional bool f19
  20: optional i64 f20
  21: optional i32 f21
  22: optional string f22
  23: optional double f23
  24: optional bool f24
  25: optional i64 f25
  26: optional i32 f26
  27: optional string f27
  28: optional double f28
  29: optional bool f29
  30: optional i64 f30
  31: optional i32 f31
  32: optional string f32
  33: optional double f33
  34: optional bool f34
  35: optional i64 f35
  36: optional i32 f36
  37: optional string f37
  38: optional double f38
  39: optional bool f39
  40: optional i64 f40
  41: optional i32 f41
  42: optional string f42
  43: optional double f43
  44: optional bool f44
  45: optional i64 f45
  46: optional i32 f46
  47: optional string f47
  48: optional double f48
  49: optional bool f49
  50: optional i64 f50
  51: optional i32 f51
  52: optional string f52
  53: optional double f53
  54: optional bool f54
  55: optional i64 f55
  56: optional i32 f56
  57: optional string f57
  58: optional double f58
  59: optional bool f59
  60: optional i64 f60
}

service Echo {
  Msg echo(1: Msg message)
  string echoText(1: string text)
  binary echoBinary(1: binary bytes)
}
